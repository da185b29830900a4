// Looks for what came since the last look. Where that was outlives a restart if Node-RED's context does.
if (!isConnected()) return fail(WHO);
if (msg.sample) return { ...asking('GET', `${BLOCK.path}/sample`), sample: true };
if (msg.reset) flow.set('place', undefined);
if (!msg.goes_on && flow.get('busy_until') > Date.now()) return null;
flow.set('busy_until', Date.now() + TIMEOUT);
const after = flow.get('place');
return asking('GET', `${BLOCK.path}/batch`, { query: { ...form(), ...(after && { after }) } });
