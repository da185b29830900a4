// Asks the bridge what happened since the event that was told last.
'use strict';

const { NodeConnectionTypes } = require('n8n-workflow');

const { largest_limit: largest } = require('../../blocks.json');
const { CREDENTIAL, call, cleaned } = require('../../bridge');
const { loadOptions } = require('../../choices');
const { properties, wanted } = require('../../triggers');

/** @typedef {import('n8n-workflow').INodeType} INodeType */

/** @implements {INodeType} */
class ReturnGoTrigger {
  /** @type {import('n8n-workflow').INodeTypeDescription} */
  description = {
    displayName: 'ReturnGO Trigger',
    name: 'returnGoTrigger',
    icon: { light: 'file:../../icons/returngo.svg', dark: 'file:../../icons/returngo.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["event"] }}',
    description: 'Starts the workflow when something happens at ReturnGO; looks every few minutes',
    defaults: { name: 'ReturnGO Trigger' },
    polling: true,
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: true }],
    properties,
  };

  methods = { loadOptions };

  /**
   * @this {import('n8n-workflow').IPollFunctions}
   * @returns {Promise<import('n8n-workflow').INodeExecutionData[][] | null>}
   */
  async poll() {
    const { event, filters } = wanted(this);
    const get = (/** @type {import('n8n-workflow').IDataObject} */ qs) =>
      call(/** @type {any} */ (this), 'GET', `triggers/${event}`, { qs: { ...filters, ...qs } });

    if (this.getMode() === 'manual') {
      const [newest] = await get({ limit: 1 });
      const shown = newest ?? (await call(/** @type {any} */ (this), 'GET', `triggers/${event}/sample`));
      return [this.helpers.returnJsonArray([shown])];
    }

    const state = this.getWorkflowStaticData('node');
    const url = cleaned((await this.getCredentials(CREDENTIAL)).url);
    if (state.event !== event || state.url !== url) {
      // What happened before is not news: only remember where to go on.
      const [newest] = await get({ limit: 1 });
      Object.assign(state, { event, url, after: newest?.id ?? '' });
      return null;
    }

    const page = await get({ limit: largest, after: state.after });
    // With `after` the oldest comes first. Where nothing was there to go on from, all is news.
    const news = state.after ? page : page.reverse();
    if (!news.length) return null;
    state.after = news.at(-1).id;
    return [this.helpers.returnJsonArray(news)];
  }
}

module.exports = { ReturnGoTrigger };
