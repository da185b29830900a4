// The app that Zapier runs. What it offers stands in blocks.json; the code is the same for every bridge.
'use strict';

const core = require('zapier-platform-core');

const { creates, searches } = require('./actions');
const authentication = require('./authentication');
const { version } = require('./package.json');
const triggers = require('./triggers');

const byKey = (blocks) => Object.fromEntries(blocks.map((block) => [block.key, block]));

module.exports = {
  version,
  platformVersion: core.version,
  authentication,
  triggers: byKey(triggers),
  creates: byKey(creates),
  searches: byKey(searches),
};
