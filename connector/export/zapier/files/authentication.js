// The connection: the bridge's own token, or ReturnGO's key and shop.
'use strict';

const { url } = require('./blocks.json');
const { get } = require('./bridge');

module.exports = {
  type: 'custom',
  test: (z, bundle) => get(z, bundle, 'me', {}),
  connectionLabel: '{{label}}',
  fields: [
    {
      key: 'bridge_url',
      label: 'Bridge URL',
      type: 'string',
      required: true,
      default: url,
      isNoSecret: true,
      helpText: `Where the bridge answers: leave it as it is. [What it offers](${url}/docs).`,
    },
    {
      key: 'token',
      label: 'Bridge Token',
      type: 'password',
      required: false,
      helpText:
        'If the bridge keeps your ReturnGO key: ask whoever runs it for its `BRIDGE_TOKEN`, and leave the two' +
        ` fields below empty. [More about tokens](${url}/docs).`,
    },
    {
      key: 'api_key',
      label: 'ReturnGO API Key',
      type: 'password',
      required: false,
      helpText:
        'If you have no token: in [ReturnGO](https://returngo.ai) under *Settings > Integrations > API*.' +
        ' The bridge must allow it.',
    },
    {
      key: 'shop',
      label: 'Shop',
      type: 'string',
      required: false,
      isNoSecret: true,
      placeholder: 'demo.myshopify.com',
      helpText:
        'With an API key only: the shop URL, which the copy icon beside the store name gives at the top of' +
        ' [ReturnGO](https://returngo.ai).',
    },
  ],
};
