// Reads JSON, a document a line, and writes each anew, as a receiver does that has parsed its body.
'use strict';

const lines = require('node:fs').readFileSync(0, 'utf8').split('\n');
process.stdout.write(lines.map((line) => JSON.stringify(JSON.parse(line))).join('\n'));
