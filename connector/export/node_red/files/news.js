// Sends each event on, and keeps the place behind it: the first look only finds out where now is.
if (!isGood()) {
  flow.set('busy_until', 0);
  return failed();
}
const message = (event) => ({ topic: BLOCK.key, payload: event, event: RED.util.cloneMessage(event) });
if (msg.sample) return [message(answered()), null];
const place = new URL(msg.headers.location).searchParams.get('after') ?? undefined;
if (msg.statusCode === 200) node.send([answered().map(message), null]);
flow.set('place', place);
flow.set('busy_until', 0);
well('looked');
return [null, msg.headers['retry-after'] === '0' ? { goes_on: true } : null];
