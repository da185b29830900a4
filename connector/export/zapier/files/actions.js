// Each action as a create, each search as a search.
'use strict';

const { creates, searches } = require('./blocks.json');
const { get, post, read } = require('./bridge');

const create = ({ key, noun, display, operation }) => ({
  key,
  noun,
  display,
  operation: {
    ...operation,
    perform: async (z, bundle) => post(z, bundle, `actions/${key}`, read(bundle.inputData)),
  },
});

const search = ({ key, noun, display, operation }) => ({
  key,
  noun,
  display,
  operation: {
    ...operation,
    perform: async (z, bundle) => get(z, bundle, `actions/${key}`, read(bundle.inputData)),
  },
});

module.exports = { creates: creates.map(create), searches: searches.map(search) };
