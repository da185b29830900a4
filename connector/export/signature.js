// Standard Webhooks (https://www.standardwebhooks.com): did the bridge send this, and just now?
'use strict';

const { createHmac, timingSafeEqual } = require('node:crypto');

const TOLERANCE = 300; // seconds between the clocks of the bridge and of this machine

/**
 * Tell whether a delivery was signed with the secret, a few minutes ago at most.
 *
 * @param {string} secret `whsec_` and Base64
 * @param {Record<string, unknown>} headers with names in lower case
 * @param {unknown} body the text, or the bytes, that arrived; anything else is not signed
 */
const isSigned = (secret, headers, body) => {
  const id = headers['webhook-id'];
  const timestamp = Number(headers['webhook-timestamp']);
  const isFresh = Math.abs(Date.now() / 1000 - timestamp) <= TOLERANCE;
  if (!secret || !isFresh || !(typeof body === 'string' || Buffer.isBuffer(body))) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const right = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  return String(headers['webhook-signature'])
    .split(' ')
    .filter((signature) => signature.startsWith('v1,'))
    .map((signature) => Buffer.from(signature.slice(3), 'base64'))
    .some((given) => given.length === right.length && timingSafeEqual(given, right));
};

module.exports = { isSigned };
