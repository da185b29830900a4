// Uses a server of the Model Context Protocol by the SDK for JavaScript: node mcp.js TRANSPORT CALLS
// TRANSPORT is stdio, which runs the words of MCP_COMMAND, or the address of a streamable HTTP server,
// to which MCP_TOKEN goes. CALLS is JSON: [tool, arguments] each.
// Prints, as JSON, the names of the tools, resources and prompts, and what each call answered.
'use strict';

const { Client } = require('@modelcontextprotocol/sdk/client/index.js');
const { StdioClientTransport } = require('@modelcontextprotocol/sdk/client/stdio.js');
const { StreamableHTTPClientTransport } = require('@modelcontextprotocol/sdk/client/streamableHttp.js');

const PATIENCE = 120000; // milliseconds: a busy machine is slow
const [where, calls] = process.argv.slice(2);

function transport() {
  if (where !== 'stdio') {
    const headers = { Authorization: `Bearer ${process.env.MCP_TOKEN}` };
    return new StreamableHTTPClientTransport(new URL(where), { requestInit: { headers } });
  }
  const [command, ...args] = JSON.parse(process.env.MCP_COMMAND);
  return new StdioClientTransport({ command, args, cwd: process.env.MCP_FOLDER, env: process.env });
}

async function main() {
  const client = new Client({ name: 'tests', version: '1' });
  await client.connect(transport(), { timeout: PATIENCE });
  const { tools } = await client.listTools(undefined, { timeout: PATIENCE });
  const { resources } = await client.listResources(undefined, { timeout: PATIENCE });
  const { prompts } = await client.listPrompts(undefined, { timeout: PATIENCE });
  const answers = [];
  for (const [name, given] of JSON.parse(calls)) {
    const options = { timeout: PATIENCE };
    const { content, isError } = await client.callTool({ name, arguments: given }, undefined, options);
    answers.push({ name, text: content.map((each) => each.text).join('\n'), isError: isError === true });
  }
  await client.close();
  const names = (things) => things.map((each) => each.name);
  console.log(JSON.stringify({ tools: names(tools), resources: names(resources), prompts: names(prompts), answers }));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
