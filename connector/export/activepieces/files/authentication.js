// The connection: the bridge's own token, or ReturnGO's key and shop.
'use strict';

const { PieceAuth, Property } = require('@activepieces/pieces-framework');

const { url } = require('./blocks.json');
const { get } = require('./bridge.js');

const auth = PieceAuth.CustomAuth({
  displayName: 'Connection',
  description:
    'If the bridge keeps your ReturnGO key, fill in its token. If not, and the bridge allows it, fill in the' +
    ' ReturnGO API key and the shop.',
  required: true,
  props: {
    bridge_url: Property.ShortText({
      displayName: 'Bridge URL',
      description: 'Where the bridge answers: leave it as it is.',
      required: true,
      defaultValue: url,
    }),
    token: PieceAuth.SecretText({
      displayName: 'Bridge Token',
      description: "The bridge's BRIDGE_TOKEN, from whoever runs it.",
      required: false,
    }),
    api_key: PieceAuth.SecretText({
      displayName: 'ReturnGO API Key',
      description: 'Without a token: in ReturnGO under Settings > Integrations > API.',
      required: false,
    }),
    shop: Property.ShortText({
      displayName: 'Shop',
      description: 'With an API key only: the shop of that key, such as demo.myshopify.com.',
      required: false,
    }),
  },
  validate: async ({ auth: given }) => {
    try {
      await get(given, 'me');
      return { valid: true };
    } catch ({ message }) {
      return { valid: false, error: message };
    }
  },
});

module.exports = { auth };
