// What drop-downs offer: each asks the bridge, with what the form holds already.
'use strict';

const { choices } = require('./blocks.json');
const { call, filled } = require('./bridge');

/** The collections in which a form keeps what need not be filled in. */
const WITHIN = ['filters', 'additionalFields'];

/**
 * @param {{ key: string, takes: string[] }} choice
 * @returns {(this: import('n8n-workflow').ILoadOptionsFunctions) => Promise<import('n8n-workflow').INodePropertyOptions[]>}
 */
const offer = ({ key, takes }) =>
  async function () {
    const form = this.getCurrentNodeParameters() ?? {};
    const known = Object.assign({}, form, ...WITHIN.map((name) => form[name]));
    const qs = filled(Object.fromEntries(takes.map((name) => [name, known[name]])));
    /** @type {{ id: string, label: string }[]} */
    const offered = await call(/** @type {any} */ (this), 'GET', `choices/${key}`, { qs });
    return offered.map(({ id, label }) => ({ name: label, value: id }));
  };

module.exports = { loadOptions: Object.fromEntries(choices.map((choice) => [choice.key, offer(choice)])) };
