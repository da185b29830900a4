// Calls the bridge as the user's connection, and tells Zapier what went wrong in its own terms.
'use strict';

const TIMEOUT = 29_000; // milliseconds: Zapier ends a step after 30 seconds

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

/** Put `address__city` back into `{address: {city}}`, and `items__sku` into the lines of `items`. */
const nested = (fields, within = '') => {
  const whole = {};
  for (const [name, value] of Object.entries(fields)) {
    const path = (name.startsWith(within) ? name.slice(within.length) : name).split('__');
    const last = path.pop();
    let place = whole;
    for (const each of path) place = place[each] ??= {};
    place[last] = Array.isArray(value) ? value.map((each) => line(each, `${name}__`)) : value;
  }
  return whole;
};

const line = (value, within) => (isObject(value) ? nested(value, within) : value);

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** What a form holds, as the bridge takes it. */
const read = (inputData) => nested(filled(inputData) ?? {});

const credentials = (z, { token, api_key: key, shop } = {}) => {
  if (token) return { Authorization: `Bearer ${token.trim()}` };
  if (key && shop) return { 'x-api-key': key.trim(), 'x-shop-name': shop.trim() };
  throw new z.errors.Error(
    'Fill in the bridge token; or the ReturnGO API key and the shop.',
    'Connection',
    401,
  );
};

const addressed = (z, { authData: { bridge_url: bridge = '' } = {} }, path, query) => {
  if (!bridge.trim()) throw new z.errors.Error('Fill in the bridge URL.', 'Connection', 401);
  const url = new URL(`${bridge.trim().replace(/\/+$/, '')}/v1/${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
};

/**
 * Make a call and answer its JSON.
 *
 * The request is built here whole (`merge: false`): else Zapier would cut `{{…}}` out of texts.
 */
const call = async (z, bundle, method, path, { query = {}, body, mayBeGone } = {}) => {
  const response = await z.request({
    method,
    url: addressed(z, bundle, path, query),
    headers: {
      Accept: 'application/json',
      'User-Agent': 'Zapier',
      ...(body && { 'Content-Type': 'application/json' }),
      ...credentials(z, bundle.authData),
    },
    ...(body && { body: JSON.stringify(body) }),
    timeout: TIMEOUT,
    merge: false,
    skipThrowForStatus: true,
    throwForThrottlingEarly: false,
  });
  if (response.status === 404 && mayBeGone) return {};
  if (response.status >= 400) throw failure(z, response, { method, body });
  return response.data;
};

/** Tell Zapier whether to ask for a new connection, to come back, to stop softly, or to fail. */
const failure = (z, response, { method, body }) => {
  const { status, data } = response;
  const problem = isObject(data) ? data : {};
  const sentence = [
    problem.detail || `The bridge answered ${status}.`,
    problem.returngo_request_id && `(ReturnGO's request: ${problem.returngo_request_id})`,
  ]
    .filter(Boolean)
    .join(' ');
  if (status === 401) return new z.errors.ExpiredAuthError(sentence);

  const delay = Number.parseInt(response.getHeader('retry-after'), 10);
  // Only what was not done, or is done once however often it is asked for, may be repeated.
  const isRepeatable = status === 429 || method === 'GET' || Boolean(body?.idempotency_key);
  if (Number.isInteger(delay) && isRepeatable) return new z.errors.ThrottledError(sentence, delay);

  // The step is set up well, but this thing is gone or does not allow it: that is no error of the Zap.
  const isRefused = status === 404 || (status === 422 && !problem.errors);
  if (isRefused && method === 'POST') return new z.errors.HaltedError(sentence);
  return new z.errors.Error(sentence, problem.title, status);
};

const get = (z, bundle, path, query) => call(z, bundle, 'GET', path, { query });
const post = (z, bundle, path, body) => call(z, bundle, 'POST', path, { body });

/** Delete a thing; that it is gone already is as well. */
const remove = (z, bundle, path) => call(z, bundle, 'DELETE', path, { mayBeGone: true });

module.exports = { get, post, read, remove };
