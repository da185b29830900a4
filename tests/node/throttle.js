// A Zapier app of one trigger and one action, which call the bridge as its user would.
// Prints what Zapier's own package makes of the answer: node throttle.js BRIDGE TOKEN
'use strict';

const zapier = require('zapier-platform-core');

const [bridge, token] = process.argv.slice(2);
const call = (path, options) => (z) =>
  z
    .request({ url: `${bridge}/v1/${path}`, headers: { Authorization: `Bearer ${token}` }, ...options })
    .then((response) => response.data);

const poll = call('triggers/new_rma');
const comment = call('actions/add_rma_comment', {
  method: 'POST',
  body: { rma_id: '1', text: 'Parcel arrived.' },
});

const App = {
  version: '1.0.0',
  platformVersion: zapier.version,
  triggers: {
    new_rma: {
      key: 'new_rma',
      noun: 'RMA',
      display: { label: 'New RMA', description: 'Triggers when an RMA is made.' },
      operation: { perform: poll, sample: { id: '1' } },
    },
  },
  creates: {
    add_rma_comment: {
      key: 'add_rma_comment',
      noun: 'Comment',
      display: { label: 'Add RMA Comment', description: 'Adds a comment.' },
      operation: { perform: comment, sample: { id: '1' } },
    },
  },
};

const told = async (perform) => {
  try {
    return { answer: await zapier.createAppTester(App)(perform, { meta: {} }) };
  } catch (error) {
    return { name: error.name, ...JSON.parse(error.message) };
  }
};

Promise.all([poll, comment].map(told)).then((both) => console.log(JSON.stringify(both)));
