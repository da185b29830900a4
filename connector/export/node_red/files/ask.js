// Asks the bridge for what the form says.
if (!isConnected()) return fail(WHO);
const given = form();
const { method, path } = BLOCK;
return Object.assign(msg, asking(method, path, method === 'GET' ? { query: given } : { body: given }));
