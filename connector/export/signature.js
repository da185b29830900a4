// Standard Webhooks (https://www.standardwebhooks.com): did the bridge send this?
'use strict';

const { createHmac, timingSafeEqual } = require('node:crypto');

const TOLERANCE = 300; // seconds between the clocks of the bridge and of this machine

/**
 * Tell whether a delivery was signed with the secret, and not too long ago.
 *
 * @param {string} secret `whsec_` and Base64
 * @param {Record<string, unknown>} headers with names in lower case
 * @param {unknown} body the text, or the bytes, that arrived; anything else is not signed
 * @param {number} tolerance how many seconds ago at most: Infinity where what has arrived may wait in a queue
 */
const isSigned = (secret, headers, body, tolerance = TOLERANCE) => {
  const id = headers['webhook-id'];
  const timestamp = Number(headers['webhook-timestamp']);
  const isFresh = Math.abs(Date.now() / 1000 - timestamp) <= tolerance;
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
