// What both triggers ask for: the event, and the filters that it has.
'use strict';

const blocks = require('./blocks.json');
const { filled } = require('./bridge');

/** @type {import('n8n-workflow').INodeProperties[]} */
const properties = [
  {
    displayName: 'Event',
    name: 'event',
    type: 'options',
    noDataExpression: true,
    default: blocks.events[0]?.value ?? '',
    options: blocks.events,
  },
  .../** @type {import('n8n-workflow').INodeProperties[]} */ (/** @type {unknown} */ (blocks.filters)),
];

/**
 * Read the form.
 *
 * @param {{ getNodeParameter: (name: string, fallback?: any) => any }} functions
 */
const wanted = (functions) => ({
  event: String(functions.getNodeParameter('event')),
  filters: filled(functions.getNodeParameter('filters', {})),
});

module.exports = { properties, wanted };
