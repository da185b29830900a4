// Writes a Postman collection of an OpenAPI document, by Postman's own converter:
// node postman_of_openapi.js DOCUMENT COLLECTION OPTIONS
// OPTIONS, as JSON, are those of the converter's that are not its own defaults.
'use strict';

const { readFileSync, writeFileSync } = require('node:fs');

const { convertV2 } = require('openapi-to-postmanv2');

const [document, collection, options] = process.argv.slice(2);

convertV2({ type: 'string', data: readFileSync(document, 'utf8') }, JSON.parse(options), (error, result) => {
  if (error || !result.result) throw new Error(error ? error.message : result.reason);
  writeFileSync(collection, JSON.stringify(result.output[0].data));
  console.log(JSON.stringify({ kinds: result.output.map((each) => each.type) }));
});
