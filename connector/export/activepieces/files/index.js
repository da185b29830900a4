// The piece, put together.
'use strict';

const { createPiece } = require('@activepieces/pieces-framework');

const { actions } = require('./actions.js');
const { auth } = require('./authentication.js');
const { url } = require('./blocks.json');
const { triggers } = require('./triggers.js');

const returngo = createPiece({
  displayName: 'ReturnGO',
  description: 'Returns, refunds and shipments, through your own bridge.',
  logoUrl: `${url}/docs/favicon-32x32.png`,
  authors: [],
  auth,
  actions,
  triggers,
});

module.exports = { returngo };
