// Believes what is signed with the hook's secret (Standard Webhooks), and hands each event on once.
const REMEMBERED = 1000; // deliveries

const { 'webhook-id': id } = msg.req.headers;
const hook = flow.get('hook');
const answering = (statusCode) => ({ ...msg, statusCode, headers: {}, payload: '' });
if (!hook) return [null, answering(503)];

if (!isSigned(hook.secret, msg.req.headers, msg.payload)) return [null, answering(401)];

const seen = flow.get('seen') ?? [];
if (seen.includes(id)) return [null, answering(204)];
flow.set('seen', [...seen, id].slice(-REMEMBERED));
const event = JSON.parse(msg.payload);
well('received');
return [{ topic: BLOCK.key, payload: event, event: RED.util.cloneMessage(event) }, answering(204)];
