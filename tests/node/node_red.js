// A Node-RED without its editor, on a port of its own: node node_red.js FOLDER
// FOLDER keeps its flows and its context, so that another one can go on there.
'use strict';

const http = require('node:http');
const { resolve } = require('node:path');

const express = require('express');
const RED = require('node-red');

const app = express();
const server = http.createServer(app);

RED.init(server, {
  userDir: resolve(process.argv[2]),
  httpAdminRoot: '/admin',
  httpNodeRoot: '/',
  disableEditor: true,
  credentialSecret: 'a secret only for tests',
  contextStorage: {
    default: { module: 'localfilesystem', config: { flushInterval: 0 } },
    told: { module: 'memory' },
  },
  logging: { console: { level: 'info' } },
  telemetry: { enabled: false },
});
app.use('/admin', RED.httpAdmin);
app.use('/', RED.httpNode);

const start = async () => {
  await RED.start();
  server.listen(0, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
};
process.on('SIGTERM', () => RED.stop().then(() => process.exit(0)));
start();
