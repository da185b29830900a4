// Calls the bridge as the user's connection, and tells n8n in the bridge's words what went wrong.
'use strict';

const { NodeApiError } = require('n8n-workflow');

/** @typedef {import('n8n-workflow').IDataObject} IDataObject */
/** @typedef {import('n8n-workflow').IAllExecuteFunctions} Functions */

const CREDENTIAL = 'returnGoConnectorApi';
const TIMEOUT = 60_000; // milliseconds

/**
 * Throw what the bridge says is wrong, if anything is.
 *
 * @param {import('n8n-workflow').INode} node
 * @param {{ statusCode?: number, statusMessage?: string, headers: IDataObject, body?: unknown }} response
 */
const refuse = (node, { statusCode = 0, headers, body }) => {
  if (statusCode < 400) return;
  const problem = /** @type {IDataObject} */ (body && typeof body === 'object' ? body : {});
  const wait = headers['retry-after'];
  throw new NodeApiError(node, /** @type {any} */ (problem), {
    message: String(problem.detail ?? `The bridge answered ${statusCode}.`),
    description: [
      problem.title && `${problem.title}.`,
      wait && `Try again in ${wait} seconds.`,
      problem.returngo_request_id && `ReturnGO's request: ${problem.returngo_request_id}.`,
    ]
      .filter(Boolean)
      .join(' '),
    httpCode: String(statusCode),
  });
};

/** @param {unknown} url */
const cleaned = (url) => String(url).trim().replace(/\/+$/, '');

/**
 * Make a call, and answer its JSON. What is gone is undefined where it may be.
 *
 * @param {Functions} functions
 * @param {import('n8n-workflow').IHttpRequestMethods} method
 * @param {string} path
 * @param {{ qs?: IDataObject, body?: IDataObject, mayBeGone?: boolean }} [what]
 */
const call = async (functions, method, path, { qs, body, mayBeGone } = {}) => {
  const { url } = await functions.getCredentials(CREDENTIAL);
  const response = await functions.helpers.httpRequestWithAuthentication.call(functions, CREDENTIAL, {
    method,
    url: `${cleaned(url)}/v1/${path}`,
    qs,
    body,
    json: true,
    timeout: TIMEOUT,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
  });
  if (response.statusCode === 404 && mayBeGone) return undefined;
  refuse(functions.getNode(), response);
  return response.body;
};

/**
 * Leave out what is empty; several words are one text with commas.
 *
 * @param {IDataObject} fields
 * @returns {IDataObject}
 */
const filled = (fields) =>
  Object.fromEntries(
    Object.entries(fields)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value])
      .filter(([, value]) => value !== '' && value !== null && value !== undefined),
  );

module.exports = { CREDENTIAL, call, cleaned, filled, refuse };
