// Writes a Postman collection of an OpenAPI document, by Postman's own converter:
// node postman_of_openapi.js DOCUMENT COLLECTION
'use strict';

const { readFileSync, writeFileSync } = require('node:fs');

const { convertV2 } = require('openapi-to-postmanv2');

const [document, collection] = process.argv.slice(2);
const options = { parametersResolution: 'Example', enableOptionalParameters: false };

convertV2({ type: 'string', data: readFileSync(document, 'utf8') }, options, (error, result) => {
  if (error || !result.result) throw new Error(error ? error.message : result.reason);
  writeFileSync(collection, JSON.stringify(result.output[0].data));
  console.log(JSON.stringify({ kinds: result.output.map((each) => each.type) }));
});
