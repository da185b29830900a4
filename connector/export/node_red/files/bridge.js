// What each function of these nodes begins with; BLOCK is written above it.
const TIMEOUT = 30_000; // milliseconds
const PATH = `${BLOCK.url}/v1`;

const isEmpty = (value) => value === undefined || value === null || value === '';

// `{{payload.rma_id}}` takes that property of the message; alone in a field it stays what it is.
const ALONE = /^\s*\{\{\s*([\w.]+)\s*\}\}\s*$/;
const AMONG = /\{\{\s*([\w.]+)\s*\}\}/g;
const taken = (path) => path.split('.').reduce((thing, name) => thing?.[name], msg);
const text = (value) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
const filled = (value) => {
  if (typeof value === 'string') {
    const [, path] = ALONE.exec(value) ?? [];
    if (path) return taken(path);
    return value.replace(AMONG, (_, each) => (isEmpty(taken(each)) ? '' : text(taken(each)))).trim();
  }
  if (Array.isArray(value)) return value.map(filled).filter((each) => !isEmpty(each));
  if (value && typeof value === 'object') {
    const kept = Object.entries(value).map(([name, each]) => [name, filled(each)]);
    return Object.fromEntries(kept.filter(([, each]) => !isEmpty(each)));
  }
  return value;
};

const json = (value) => {
  try {
    return typeof value === 'string' ? JSON.parse(value) : value;
  } catch {
    return value;
  }
};
const plain = (value) => (typeof filled(value) === 'object' ? filled(value) : String(filled(value) ?? ''));
const READ = {
  text: plain,
  json: (value) => json(filled(json(value))),
  number: (value) => (isEmpty(filled(value)) || Number.isNaN(Number(filled(value))) ? filled(value) : Number(filled(value))),
  boolean: (value) => ({ true: true, false: false })[filled(value)] ?? filled(value),
  words: (value) => [filled(value)].flat().join(','),
  texts: (value) => (typeof filled(value) === 'string' ? filled(value).split(',').map((each) => each.trim()) : filled(value)),
};

// What the form holds; what is empty there is not given.
const form = () =>
  Object.fromEntries(
    Object.entries(BLOCK.fields)
      .map(([name, kind]) => [name, isEmpty(env.get(name)) ? undefined : READ[kind](env.get(name))])
      .filter(([, value]) => !isEmpty(value) && String(value) !== ''),
  );

const asking = (method, path, { query = {}, body } = {}) => {
  const asked = Object.entries(query).map(([name, value]) => [name, String(value)]);
  const question = new URLSearchParams(asked).toString();
  return {
    method,
    url: `${PATH}/${path}${question && '?'}${question}`,
    headers: body ? { 'content-type': 'application/json' } : {},
    payload: body && JSON.stringify(body),
    requestTimeout: TIMEOUT,
    followRedirects: false,
  };
};

const isGood = () => msg.statusCode >= 200 && msg.statusCode < 300;
const answered = () => {
  try {
    return msg.payload === '' ? {} : JSON.parse(msg.payload);
  } catch {
    return { detail: `The bridge answered ${msg.statusCode}, and no JSON.` };
  }
};
const HTTP = ['headers', 'method', 'url', 'requestTimeout', 'followRedirects', 'responseUrl', 'redirectList'];
const clean = (message) => {
  for (const name of [...HTTP, 'responseCookies', 'retry']) delete message[name];
  return message;
};

const WHO = 'Set RETURNGO_BRIDGE_TOKEN in User settings > Environment; or RETURNGO_API_KEY and RETURNGO_SHOP.';
const isConnected = () =>
  env.get('RETURNGO_BRIDGE_TOKEN') || (env.get('RETURNGO_API_KEY') && env.get('RETURNGO_SHOP'));

const fail = (sentence) => {
  node.status({ fill: 'red', shape: 'ring', text: sentence });
  node.error(sentence, msg);
  return null;
};
const failed = () => {
  const problem = answered();
  const wait = msg.headers?.['retry-after'];
  const told = [problem.detail ?? `The bridge answered ${msg.statusCode}.`];
  if (wait) told.push(`Try again in ${wait} seconds.`);
  if (problem.returngo_request_id) told.push(`(ReturnGO's request: ${problem.returngo_request_id})`);
  clean(msg).payload = problem;
  return fail(told.join(' '));
};
const well = (what) => node.status({ fill: 'green', shape: 'dot', text: `${what} ${new Date().toISOString()}` });
