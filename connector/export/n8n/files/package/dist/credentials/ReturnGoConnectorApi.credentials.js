// The connection: the bridge's own token, or ReturnGO's key and shop.
'use strict';

const { url } = require('../blocks.json');

/** @typedef {import('n8n-workflow').ICredentialType} ICredentialType */

/** @implements {ICredentialType} */
class ReturnGoConnectorApi {
  name = 'returnGoConnectorApi';

  displayName = 'ReturnGO Connector API';

  /** @type {import('n8n-workflow').Icon} */
  icon = { light: 'file:../icons/returngo.svg', dark: 'file:../icons/returngo.dark.svg' };

  documentationUrl = `${url}/docs`;

  /** @type {import('n8n-workflow').INodeProperties[]} */
  properties = [
    {
      displayName: 'Bridge URL',
      name: 'url',
      type: 'string',
      default: url,
      required: true,
      description: 'Where the bridge answers: leave it as it is',
    },
    {
      displayName: 'Connect With',
      name: 'connectWith',
      type: 'options',
      options: [
        { name: 'Bridge Token', value: 'token' },
        { name: 'ReturnGO API Key', value: 'apiKey' },
      ],
      default: 'token',
      description: 'The bridge keeps a ReturnGO key of its own, or it may let you bring yours',
    },
    {
      displayName: 'Bridge Token',
      name: 'token',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      displayOptions: { show: { connectWith: ['token'] } },
      description: 'Whoever runs the bridge knows it: its BRIDGE_TOKEN',
    },
    {
      displayName: 'ReturnGO API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      displayOptions: { show: { connectWith: ['apiKey'] } },
      description: 'In ReturnGO under Settings > Integrations > API',
    },
    {
      displayName: 'Shop',
      name: 'shop',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'demo.myshopify.com',
      displayOptions: { show: { connectWith: ['apiKey'] } },
      description: 'The shop URL, which the copy icon beside the store name gives at the top of ReturnGO',
    },
  ];

  /** @type {import('n8n-workflow').IAuthenticate} */
  authenticate = async ({ connectWith, token, apiKey, shop }, request) => ({
    ...request,
    headers: {
      ...request.headers,
      ...(connectWith === 'apiKey'
        ? { 'x-api-key': String(apiKey).trim(), 'x-shop-name': String(shop).trim() }
        : { Authorization: `Bearer ${String(token).trim()}` }),
    },
  });

  /** @type {import('n8n-workflow').ICredentialTestRequest} */
  test = { request: { baseURL: '={{ $credentials.url.trim().replace(/\\/+$/, "") }}', url: '/v1/me' } };
}

module.exports = { ReturnGoConnectorApi };
