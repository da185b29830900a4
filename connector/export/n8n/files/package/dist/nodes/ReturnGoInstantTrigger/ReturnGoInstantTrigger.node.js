// Has the bridge send each event as soon as it knows of it: a REST hook, signed by Standard Webhooks.
'use strict';

const { NodeConnectionTypes } = require('n8n-workflow');

const { CREDENTIAL, call } = require('../../bridge');
const { loadOptions } = require('../../choices');
const { isSigned } = require('../../signature');
const { properties, wanted } = require('../../triggers');

/** @typedef {import('n8n-workflow').INodeType} INodeType */

/** @implements {INodeType} */
class ReturnGoInstantTrigger {
  /** @type {import('n8n-workflow').INodeTypeDescription} */
  description = {
    displayName: 'ReturnGO Instant Trigger',
    name: 'returnGoInstantTrigger',
    icon: { light: 'file:../../icons/returngo.svg', dark: 'file:../../icons/returngo.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle: '={{ $parameter["event"] }}',
    description: 'Starts the workflow at once when something happens at ReturnGO',
    defaults: { name: 'ReturnGO Instant Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: true }],
    webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: 'webhook' }],
    properties,
  };

  methods = { loadOptions };

  webhookMethods = {
    default: {
      /** @this {import('n8n-workflow').IHookFunctions} */
      async checkExists() {
        const { hook } = this.getWorkflowStaticData('node');
        if (!hook) return false;
        const { event } = wanted(this);
        const found = await call(/** @type {any} */ (this), 'GET', `hooks/${hook}`, { mayBeGone: true });
        return found?.target_url === this.getNodeWebhookUrl('default') && found?.trigger === event;
      },

      /** @this {import('n8n-workflow').IHookFunctions} */
      async create() {
        const { event: trigger, filters } = wanted(this);
        const body = { trigger, filters, target_url: this.getNodeWebhookUrl('default') };
        const { id: hook, secret } = await call(/** @type {any} */ (this), 'POST', 'hooks', { body });
        Object.assign(this.getWorkflowStaticData('node'), { hook, secret });
        return true;
      },

      /** @this {import('n8n-workflow').IHookFunctions} */
      async delete() {
        const state = this.getWorkflowStaticData('node');
        if (state.hook) {
          await call(/** @type {any} */ (this), 'DELETE', `hooks/${state.hook}`, { mayBeGone: true });
        }
        delete state.hook;
        delete state.secret;
        return true;
      },
    },
  };

  /**
   * @this {import('n8n-workflow').IWebhookFunctions}
   * @returns {Promise<import('n8n-workflow').IWebhookResponseData>}
   */
  async webhook() {
    const { secret } = this.getWorkflowStaticData('node');
    if (!isSigned(String(secret ?? ''), this.getHeaderData(), this.getRequestObject().rawBody)) {
      this.getResponseObject().status(401).json({ detail: 'The signature is not right.' });
      return { noWebhookResponse: true };
    }
    return { workflowData: [this.helpers.returnJsonArray(this.getBodyData())] };
  }
}

module.exports = { ReturnGoInstantTrigger };
