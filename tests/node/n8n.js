// Runs an exported node package by n8n's own core: node n8n.js PACKAGE STEPS
// STEPS is a JSON file: {credentials, steps: [{what, node, parameters, …}]}, done one after the other.
// Prints, as JSON, what each step answered or threw, and the static data that the node left.
//
// n8n's own: loading the package, the engine for declarative nodes, what nodes are run with, requests, expressions.
// A stand-in: who keeps the credentials, which is part of n8n's server.
'use strict';

const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');

const core = require('n8n-core');
const { NodeHelpers, Workflow, createRunExecutionData } = require('n8n-workflow');

const [folder, file] = process.argv.slice(2);
const { credentials, steps } = JSON.parse(readFileSync(file, 'utf8'));
const CREDENTIAL = 'returnGoConnectorApi';

const main = async () => {
  const loader = new core.PackageDirectoryLoader(resolve(folder));
  await loader.loadAll();
  const typeOf = (type) => loader.nodeTypes[type.split('.').at(-1)].type;
  const nodeTypes = {
    getByName: typeOf,
    getByNameAndVersion: (type, version) => NodeHelpers.getVersionedNodeType(typeOf(type), version),
  };
  const credential = loader.credentialTypes[CREDENTIAL].type;

  const ran = async ({ what, node: name, parameters = {}, staticData = {}, mode = 'trigger', ...more }) => {
    const held = { ...credentials, ...more.credentials };
    const credentialsHelper = {
      getParentTypes: () => [],
      isCredentialUsableByNode: () => true, // asked by n8n 2
      getDecrypted: async () => held,
      preAuthentication: async () => undefined,
      authenticate: (given, _type, request) => credential.authenticate(given, request),
    };
    const additionalData = {
      credentialsHelper,
      currentNodeParameters: parameters,
      webhookBaseUrl: more.webhookBaseUrl,
      // n8n 2 makes addresses of these
      webhookWaitingBaseUrl: 'https://n8n.example.com/webhook-waiting',
      formWaitingBaseUrl: 'https://n8n.example.com/form-waiting',
      httpRequest: more.request && {
        headers: more.request.headers,
        body: JSON.parse(more.request.body),
        rawBody: Buffer.from(more.request.body),
      },
    };
    const node = {
      id: 'a-node',
      name: 'A Node',
      type: `n8n-nodes-returngo-connector.${name}`,
      typeVersion: 1,
      position: [0, 0],
      webhookId: 'a-webhook',
      credentials: { [CREDENTIAL]: { id: '1', name: 'ReturnGO' } },
      parameters,
    };
    const workflow = new Workflow({ id: '1', nodes: [node], connections: {}, active: true, nodeTypes, staticData });
    const whole = workflow.getNode(node.name);
    const type = nodeTypes.getByNameAndVersion(node.type, 1);

    const done = {
      test: async () => {
        // As n8n's server does it: a node with one field that makes the call.
        const { request } = credential.test;
        const properties = [{ displayName: 'T', name: 'temp', type: 'string', default: '', routing: { request } }];
        const tested = { description: { ...type.description, requestDefaults: {}, properties } };
        whole.parameters = { temp: '' };
        return executed(tested, [{ json: {} }]);
      },
      execute: async () => executed(type, more.items ?? [{ json: {} }]),
      options: async () =>
        type.methods.loadOptions[more.method].call(new core.LoadOptionsContext(workflow, whole, additionalData, '')),
      poll: async () => type.poll.call(new core.PollContext(workflow, whole, additionalData, mode, 'activate')),
      hook: async () => {
        const data = { webhookDescription: type.description.webhooks[0], isTest: false };
        const context = new core.HookContext(workflow, whole, additionalData, mode, 'activate', data);
        const answers = {};
        for (const method of more.methods) answers[method] = await type.webhookMethods.default[method].call(context);
        return answers;
      },
      webhook: async () => {
        const response = { status: (code) => ((response.code = code), response), json: () => response };
        additionalData.httpResponse = response;
        const data = { webhookDescription: type.description.webhooks[0] };
        const { workflowData = null } = await type.webhook.call(
          new core.WebhookContext(workflow, whole, additionalData, mode, data, [], null),
        );
        return { workflowData, status: response.code ?? 200 };
      },
    };

    const executed = async (nodeType, items) => {
      const inputs = { main: [items] };
      const executeData = { node: whole, data: inputs, source: null };
      const context = new core.ExecuteContext(
        ...[workflow, whole, additionalData, mode, createRunExecutionData(), 0, items, inputs, executeData, []],
      );
      return new core.RoutingNode(context, nodeType).runNode();
    };

    // What n8n would store.
    const kept = () => ({ staticData: JSON.parse(JSON.stringify(workflow.staticData)) });
    try {
      return { answer: await done[what](), ...kept() };
    } catch ({ name: error, message, description, httpCode }) {
      return { error, message, description, http_code: httpCode, ...kept() };
    }
  };

  const descriptions = Object.fromEntries(
    Object.entries(loader.nodeTypes).map(([name, { type }]) => [name, type.description]),
  );
  const told = [];
  for (const step of steps) {
    // What one look leaves behind, the next one finds.
    const staticData = structuredClone(step.goesOn ? told.at(-1).staticData : step.staticData);
    told.push(await ran({ ...step, staticData }));
  }
  return { told, descriptions: steps.length ? {} : descriptions };
};

// Something in n8n stays awake, so the end is said.
main().then((result) => process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit()));
