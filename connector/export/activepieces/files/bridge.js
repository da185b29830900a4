// Calls the bridge as the user's connection, and says in a sentence what went wrong.
'use strict';

// The platform's own client (pieces-common 0.12) checks no certificates and hides Retry-After: hence fetch.

const TIMEOUT = 30_000; // milliseconds
const TRIES = 3; // while the bridge reads a shop for the first time

/** Leave out what is empty, also within lists and objects; nothing left is undefined. */
const filled = (value) => {
  if (Array.isArray(value)) {
    const kept = value.map(filled).filter((each) => each !== undefined);
    return kept.length ? kept : undefined;
  }
  if (value && typeof value === 'object') {
    const kept = Object.entries(value)
      .map(([name, each]) => [name, filled(each)])
      .filter(([, each]) => each !== undefined);
    return kept.length ? Object.fromEntries(kept) : undefined;
  }
  return value === '' || value === null ? undefined : value;
};

/** What a form holds of these fields, as the bridge takes it. */
const read = (form, names) =>
  filled(Object.fromEntries(Object.entries(form ?? {}).filter(([name]) => names.includes(name)))) ?? {};

const credentials = ({ token, api_key: key, shop }) => {
  if (token) return { Authorization: `Bearer ${token.trim()}` };
  if (key && shop) return { 'x-api-key': key.trim(), 'x-shop-name': shop.trim() };
  throw new Error('Fill in the bridge token; or the ReturnGO API key and the shop.');
};

/** Make a call and answer its JSON. `auth` is what the connection's form holds. */
const call = async (auth, method, path, { query = {}, body } = {}, tries = TRIES) => {
  // The platform hands the form over by itself when it is checked, and later within the connection.
  const given = auth.props ?? auth;
  const url = new URL(`${given.bridge_url.trim().replace(/\/+$/, '')}/v1/${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const response = await fetch(url, {
    method,
    headers: { ...credentials(given), ...(body && { 'Content-Type': 'application/json' }) },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  const answer = response.status === 204 ? {} : await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const wait = Number.parseInt(response.headers.get('Retry-After'), 10);
  if (response.status === 503 && method === 'GET' && wait <= 10 && tries > 1) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    return call(auth, method, path, { query, body }, tries - 1);
  }
  if (response.status === 404 && method === 'DELETE') return {};
  throw new Error(sentence(response.status, answer, wait));
};

const sentence = (status, problem, wait) =>
  [
    problem?.detail || `The bridge answered ${status}.`,
    Number.isInteger(wait) && `Try again in ${wait} seconds.`,
    problem?.returngo_request_id && `(ReturnGO's request: ${problem.returngo_request_id})`,
  ]
    .filter(Boolean)
    .join(' ');

const get = (auth, path, query) => call(auth, 'GET', path, { query });
const post = (auth, path, body) => call(auth, 'POST', path, { body });
const remove = (auth, path) => call(auth, 'DELETE', path);

module.exports = { get, post, read, remove };
