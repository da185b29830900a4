// Sees to it that the bridge has one hook that sends here, and that its secret is known.
const target = `${String(env.get('node_red_url')).replace(/\/+$/, '')}${env.get('listens')}`;
const filters = JSON.stringify(form());
const ask = (step, method, path, body) => ({ ...asking(method, path, { body }), step, unsubscribe: msg.unsubscribe });
const subscribe = () =>
  ask('subscribed', 'POST', 'hooks', { trigger: BLOCK.key, target_url: target, filters: JSON.parse(filters) });

const keep = ({ id, secret }) => {
  flow.set('hook', { id, secret, filters });
  well('subscribed');
  return null;
};

// An answer of 404 to the end of a hook is as good as 204.
if (msg.step && !isGood() && !(msg.step === 'ended' && msg.statusCode === 404)) return failed();
switch (msg.step) {
  case undefined:
    if (!isConnected()) return fail(WHO);
    if (!env.get('node_red_url')) return fail('Set NODE_RED_URL, where the bridge reaches this Node-RED, in User settings > Environment.');
    return ask('listed', 'GET', 'hooks');
  case 'listed': {
    const known = flow.get('hook');
    const ours = answered().find(({ target_url, trigger }) => target_url === target && trigger === BLOCK.key);
    if (!ours) return msg.unsubscribe ? null : subscribe();
    if (msg.unsubscribe || (known?.id === ours.id && known.filters !== filters)) {
      return ask('ended', 'DELETE', `hooks/${ours.id}`);
    }
    if (known?.id === ours.id) return keep(known);
    // The secret is lost: another one, and what waits at the bridge comes still.
    return ask('subscribed', 'POST', `hooks/${ours.id}/rotate`);
  }
  case 'ended':
    flow.set('hook', undefined);
    if (!msg.unsubscribe) return subscribe();
    node.status({ fill: 'grey', shape: 'ring', text: 'unsubscribed' });
    return null;
  default:
    return keep(answered());
}
