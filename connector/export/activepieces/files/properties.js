// The fields of a block, as the platform's properties.
'use strict';

const { Property, PropertyType } = require('@activepieces/pieces-framework');

const { auth: connection } = require('./authentication.js');
const { get, read } = require('./bridge.js');

const MAKERS = {
  [PropertyType.SHORT_TEXT]: Property.ShortText,
  [PropertyType.NUMBER]: Property.Number,
  [PropertyType.DATE_TIME]: Property.DateTime,
  [PropertyType.JSON]: Property.Json,
  [PropertyType.OBJECT]: Property.Object,
  [PropertyType.STATIC_DROPDOWN]: ({ options, ...words }) =>
    Property.StaticDropdown({ ...words, options: { options } }),
  [PropertyType.ARRAY]: ({ properties, ...words }) =>
    Property.Array({ ...words, ...(properties && { properties: propertiesOf(properties) }) }),
  [PropertyType.DROPDOWN]: ({ drop_down: from, ...words }) =>
    Property.Dropdown({ ...words, auth: connection, refreshers: from.takes, options: offer(from) }),
};

const nothing = (placeholder) => ({ disabled: true, placeholder, options: [] });

/** What a drop-down offers right now. */
const offer =
  ({ key, takes, needs }) =>
  async ({ auth, ...form }) => {
    if (!auth) return nothing('Connect first');
    const known = read(form, takes);
    const missing = needs.filter((name) => known[name] === undefined);
    if (missing.length) return nothing(`Fill in first: ${missing.join(', ')}`);
    try {
      const rows = await get(auth, `choices/${key}`, known);
      return { disabled: false, options: rows.map(({ id, label }) => ({ label, value: id })) };
    } catch ({ message }) {
      return nothing(message);
    }
  };

const propertiesOf = (fields) =>
  Object.fromEntries(fields.map(({ name, type, ...words }) => [name, MAKERS[type](words)]));

module.exports = { propertiesOf };
