// Runs an exported piece by the platform's own packages: node activepieces.js PIECE STEPS STORES
// STEPS is a JSON file: a list of {block, hook, auth, propsValue, flow, payload, webhookUrl}, done one after the
// other; `hook` is run, onEnable, onDisable, test, validate, or options of the property `property`.
// Prints, as JSON, the piece's metadata, and what each step answered or threw, after which waits (milliseconds).
// The store is a stand-in for the platform's: an object for each flow, kept in the JSON file STORES.
'use strict';

const { readFileSync, writeFileSync } = require('node:fs');
const { resolve } = require('node:path');

const framework = require('@activepieces/pieces-framework');

const [folder, path, keeping] = process.argv.slice(2);
const { returngo } = require(resolve(folder));

// A step does not wait here: it goes on at once, and how long it would have been is told. What only waits hands
// a promise's own function to the timer; node's fetch hands functions of its own, and keeps the real one.
let waits = [];
const { setTimeout: timer } = globalThis;
globalThis.setTimeout = (goOn, milliseconds, ...more) => {
  if (!String(goOn).includes('[native code]')) return timer(goOn, milliseconds, ...more);
  waits.push(milliseconds);
  return timer(goOn, 0);
};

const stores = JSON.parse(readFileSync(keeping, 'utf8'));
const storeOf = (flow) => {
  const kept = (stores[flow] ??= {});
  return {
    get: async (key) => kept[key] ?? null,
    put: async (key, value) => void (kept[key] = value),
    delete: async (key) => void delete kept[key],
  };
};

const perform = ({ block, hook, auth, propsValue = {}, flow = block, payload, webhookUrl, property }) => {
  if (hook === 'validate') return returngo.auth.validate({ auth });
  const found = returngo.getAction(block) ?? returngo.getTrigger(block);
  // Within a flow, a custom connection comes as the platform keeps it.
  const connection = { type: 'CUSTOM_AUTH', props: auth };
  if (hook === 'options') return found.props[property].options({ auth: connection, ...propsValue }, {});
  return found[hook]({ auth: connection, propsValue, store: storeOf(flow), payload, webhookUrl });
};

const run = async () => {
  const told = [];
  for (const step of JSON.parse(readFileSync(path, 'utf8'))) {
    waits = [];
    const outcome = Promise.resolve().then(() => perform(step));
    const each = await outcome.then((answer) => ({ answer: answer ?? null }), ({ message }) => ({ error: message }));
    told.push({ ...each, waits });
  }
  writeFileSync(keeping, JSON.stringify(stores));
  const metadata = JSON.parse(JSON.stringify({ ...returngo.metadata(), name: 'returngo', version: '1.0.0' }));
  // The types allow a secret text in a custom connection, as most pieces have it; their schema has forgotten it.
  for (const each of Object.values(metadata.auth.props)) each.type = each.type.replace('SECRET_TEXT', 'SHORT_TEXT');
  const checked = framework.PieceMetadata.safeParse(metadata);
  const blocks = [...Object.values(returngo.actions()), ...Object.values(returngo.triggers())];
  const wrong = blocks.flatMap(({ name, props }) => {
    const { success, error } = framework.PiecePropertyMap.safeParse(props);
    return success ? [] : [`${name}: ${error.message}`];
  });
  return { metadata, wrong: [...wrong, ...(checked.success ? [] : [checked.error.message])], told };
};

run().then((result) => console.log(JSON.stringify(result)));
