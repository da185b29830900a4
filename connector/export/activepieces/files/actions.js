// Each action, and each search as an action that answers a list.
'use strict';

const { createAction } = require('@activepieces/pieces-framework');

const { auth } = require('./authentication.js');
const blocks = require('./blocks.json');
const { get, post, read } = require('./bridge.js');
const { propertiesOf } = require('./properties.js');

const block =
  (perform) =>
  ({ key, label, description, fields }) =>
    createAction({
      name: key,
      displayName: label,
      description,
      auth,
      props: propertiesOf(fields),
      run: ({ auth: connection, propsValue }) =>
        perform(connection, `actions/${key}`, read(propsValue, fields.map(({ name }) => name))),
    });

module.exports = { actions: [...blocks.actions.map(block(post)), ...blocks.searches.map(block(get))] };
