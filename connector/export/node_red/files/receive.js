// Believes what is signed with the hook's secret (Standard Webhooks), and hands each event on once.
const TOLERANCE = 300; // seconds
const REMEMBERED = 1000; // deliveries

const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures } = msg.req.headers;
const hook = flow.get('hook');
const answering = (statusCode) => ({ ...msg, statusCode, headers: {}, payload: '' });
if (!hook) return [null, answering(503)];

const body = Buffer.from(msg.payload);
const sign = () =>
  crypto
    .createHmac('sha256', Buffer.from(hook.secret.replace('whsec_', ''), 'base64'))
    .update(`${id}.${at}.`)
    .update(body)
    .digest();
const isSigned = () =>
  String(signatures)
    .split(' ')
    .map((each) => Buffer.from(each.replace('v1,', ''), 'base64'))
    .some((each) => each.length === 32 && crypto.timingSafeEqual(each, sign()));
if (!(Math.abs(Date.now() / 1000 - Number(at)) <= TOLERANCE) || !isSigned()) return [null, answering(401)];

const seen = flow.get('seen') ?? [];
if (seen.includes(id)) return [null, answering(204)];
flow.set('seen', [...seen, id].slice(-REMEMBERED));
const event = JSON.parse(body);
well('received');
return [{ topic: BLOCK.key, payload: event, event: RED.util.cloneMessage(event) }, answering(204)];
