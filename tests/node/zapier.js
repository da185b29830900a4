// Runs an exported app by Zapier's own packages: node zapier.js APP [STEPS]
// STEPS is a JSON file: a list of {method, bundle}, done one after the other.
// Prints, as JSON, what each step answered or threw; without STEPS, what the schema finds, and the definition.
'use strict';

const { readFileSync } = require('node:fs');
const { resolve } = require('node:path');

const core = require('zapier-platform-core');
const { validateAppDefinition } = require('zapier-platform-schema');

const [folder, steps] = process.argv.slice(2);
const app = require(resolve(folder));

const checked = async () => {
  const run = core.createAppHandler(app);
  const { results: errors } = await run({ command: 'validate' });
  const { results: definition } = await run({ command: 'definition' });
  return { errors: [...errors, ...validateAppDefinition(definition).errors], definition };
};

const performed = async () => {
  const perform = core.createAppTester(app);
  const told = [];
  for (const { method, bundle } of JSON.parse(readFileSync(steps, 'utf8'))) {
    const func = method.split('.').reduce((part, name) => part[name], app);
    // Zapier always sends meta; its tester does not.
    const outcome = perform(func, { meta: {}, ...bundle });
    told.push(await outcome.then((answer) => ({ answer }), ({ name, message }) => ({ name, message })));
  }
  return told;
};

(steps ? performed() : checked()).then((result) => console.log(JSON.stringify(result)));
