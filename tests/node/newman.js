// Runs a Postman collection by Postman's own runner: node newman.js COLLECTION VARIABLES
// VARIABLES is a JSON file: what the environment sets, by name.
// Prints, as JSON, each request in its order: its name, its status, and the tests that failed.
'use strict';

const { readFileSync } = require('node:fs');

const newman = require('newman');

const [collection, variables] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')));
const envVar = Object.entries(variables).map(([key, value]) => ({ key, value }));

// What is no JSON, such as a zip, would break the lines.
const textOf = (response) =>
  (response.headers.get('Content-Type') || '').includes('json') ? response.text() : '';

newman.run({ collection, envVar, timeoutRequest: 30000 }, (error, summary) => {
  if (error) throw error;
  const told = summary.run.executions.map(({ item, request, response, requestError, assertions = [] }) => ({
    name: item.name,
    url: request.url.toString(),
    status: response ? response.code : 0,
    body: response ? textOf(response) : String(requestError),
    passed: assertions.filter((each) => !each.error).map((each) => each.assertion),
    failed: assertions.filter((each) => each.error).map((each) => `${each.assertion}: ${each.error.message}`),
    scripts: summary.run.failures.filter((each) => each.source && each.source.id === item.id).map((each) => each.error.message),
  }));
  console.log(JSON.stringify(told));
});
