// Reads {secret, queries} as JSON and prints which of these Shopify's own package takes as its app proxy's.
require("@shopify/shopify-api/adapters/node");
const { readFileSync } = require("node:fs");
const { shopifyApi } = require("@shopify/shopify-api");

async function main() {
  const { secret, queries } = JSON.parse(readFileSync(0, "utf8"));
  const shopify = shopifyApi({
    apiKey: "key",
    apiSecretKey: secret,
    apiVersion: "2026-01",
    hostName: "bridge.example.com",
    isEmbeddedApp: false,
    logger: { level: 0 },
  });
  const verdicts = [];
  for (const query of queries) {
    verdicts.push(await shopify.utils.validateHmac(query, { signator: "appProxy" }));
  }
  console.log(JSON.stringify(verdicts));
}

main();
