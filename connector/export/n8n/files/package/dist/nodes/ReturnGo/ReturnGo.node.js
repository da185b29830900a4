// Every action and every search of the bridge. What each takes, and where it goes, stands in blocks.json.
'use strict';

const { NodeConnectionTypes } = require('n8n-workflow');

const blocks = require('../../blocks.json');
const { CREDENTIAL, refuse } = require('../../bridge');
const { loadOptions } = require('../../choices');

/**
 * Answer an item for each thing that the bridge answered, tied to the item that asked for it.
 *
 * @type {import('n8n-workflow').PostReceiveAction}
 */
const answered = async function (_items, response) {
  refuse(this.getNode(), response);
  const found = /** @type {import('n8n-workflow').IDataObject[]} */ ([response.body].flat());
  return found.map((json) => ({ json, pairedItem: { item: this.getItemIndex() } }));
};

/** @typedef {import('n8n-workflow').INodeType} INodeType */

/** @implements {INodeType} */
class ReturnGo {
  /** @type {import('n8n-workflow').INodeTypeDescription} */
  description = {
    displayName: 'ReturnGO',
    name: 'returnGo',
    icon: { light: 'file:../../icons/returngo.svg', dark: 'file:../../icons/returngo.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] }}',
    description: 'Look something up in ReturnGO, or change it',
    defaults: { name: 'ReturnGO' },
    // AI agents are offered only such nodes.
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: true }],
    requestDefaults: {
      baseURL: '={{ $credentials.url.trim().replace(/\\/+$/, "") }}/v1',
      headers: { Accept: 'application/json' },
      // The bridge's own words are told in `answered`.
      ignoreHttpStatusErrors: true,
    },
    properties: [
      {
        displayName: 'Operation',
        name: 'operation',
        type: 'options',
        noDataExpression: true,
        default: blocks.operations[0]?.value ?? '',
        options: blocks.operations.map(({ method, ...operation }) => ({
          ...operation,
          routing: {
            request: {
              method: /** @type {import('n8n-workflow').IHttpRequestMethods} */ (method),
              url: `/actions/${operation.value}`,
            },
            output: { postReceive: [answered] },
          },
        })),
      },
      .../** @type {import('n8n-workflow').INodeProperties[]} */ (/** @type {unknown} */ (blocks.fields)),
    ],
  };

  methods = { loadOptions };
}

module.exports = { ReturnGo };
