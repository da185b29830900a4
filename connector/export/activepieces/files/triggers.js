// Each trigger twice: as a poll, and as a hook.
'use strict';

const { DedupeStrategy, pollingHelper } = require('@activepieces/pieces-common');
const { createTrigger, TriggerStrategy } = require('@activepieces/pieces-framework');

const { auth } = require('./authentication.js');
const { largest_limit: limit, triggers } = require('./blocks.json');
const { get, post, read, remove } = require('./bridge.js');
const { propertiesOf } = require('./properties.js');
const { isSigned } = require('./signature.js');

const AGAIN = 60 * 60 * 1000; // milliseconds: turned on again within that time, a flow goes on
const PAGES = 10; // of one poll at most; the rest comes with the next
const STOPPED = 'stopped';
const HOOK = 'hook';

const filters = (fields, propsValue) => read(propsValue, fields.map(({ name }) => name));
const item = (event) => ({ id: event.id, data: event });

/**
 * What the helper goes through, newest first.
 *
 * By last item: the bridge's order is that of recording, in which nothing appears below what was seen.
 * By time, the helper would drop the second of two events of one millisecond. It takes a whole list for
 * news that has no last item, as this one: the bridge is asked for what came after it, however long ago,
 * and nothing else. If the bridge does not know the last item, the poll fails.
 */
const items =
  ({ key, fields }) =>
  async ({ auth: connection, propsValue, lastItemId }) => {
    const asked = filters(fields, propsValue);
    if (!lastItemId) return (await get(connection, `triggers/${key}`, asked)).map(item);
    const news = [];
    for (let page = 0; page < PAGES; page += 1) {
      const after = news.at(-1)?.id ?? lastItemId;
      const found = await get(connection, `triggers/${key}`, { ...asked, after, limit });
      news.push(...found);
      if (found.length < limit) break;
    }
    return news.reverse().map(item);
  };

/** Goes on where the flow stopped if it is published anew; else begins with what comes from now on. */
const onEnable = async (trigger, context) => {
  const stopped = await context.store.get(STOPPED);
  const isAgain = stopped && Date.now() - stopped.at < AGAIN && stopped.asked === asking(trigger, context);
  if (!isAgain) await pollingHelper.onEnable(polling(trigger), context);
};

const onDisable = (trigger, context) =>
  context.store.put(STOPPED, { at: Date.now(), asked: asking(trigger, context) });

const asking = ({ key, fields }, { propsValue }) => JSON.stringify([key, filters(fields, propsValue)]);

const polling = (trigger) => ({ strategy: DedupeStrategy.LAST_ITEM, items: items(trigger) });

const shown = async (trigger, context) => {
  const events = await pollingHelper.test(polling(trigger), context);
  return events.length ? events : [trigger.sample];
};

const described = ({ label, description, fields, sample }) => ({
  displayName: label,
  description,
  auth,
  props: propertiesOf(fields),
  sampleData: sample,
});

const polled = (trigger) =>
  createTrigger({
    ...described(trigger),
    name: trigger.key,
    type: TriggerStrategy.POLLING,
    onEnable: (context) => onEnable(trigger, context),
    onDisable: (context) => onDisable(trigger, context),
    run: (context) => pollingHelper.poll(polling(trigger), context),
    test: (context) => shown(trigger, context),
  });

const instant = (trigger) =>
  createTrigger({
    ...described({ ...trigger, label: `${trigger.label} (Instant)` }),
    name: `${trigger.key}_instant`,
    type: TriggerStrategy.WEBHOOK,
    onEnable: async ({ auth: connection, propsValue, store, webhookUrl }) => {
      const hook = await post(connection, 'hooks', {
        trigger: trigger.key,
        target_url: webhookUrl,
        filters: filters(trigger.fields, propsValue),
      });
      await store.put(HOOK, { id: hook.id, secret: hook.secret });
    },
    onDisable: async ({ auth: connection, store }) => {
      const hook = await store.get(HOOK);
      if (hook) await remove(connection, `hooks/${hook.id}`);
      await store.delete(HOOK);
    },
    // What a hook delivers is what a poll shows. Only what was signed is told, and no other copy of it:
    // who knows the flow's address may hand over a payload whose parts do not fit together. It is told
    // however long the platform held it; what is not signed is an error, as nobody would miss it.
    run: async ({ payload: { headers, rawBody }, store }) => {
      const hook = await store.get(HOOK);
      if (isSigned(hook?.secret, headers, rawBody, Infinity)) return [JSON.parse(rawBody)];
      throw new Error('What arrived was not signed by the bridge for this flow.');
    },
    test: (context) => shown(trigger, context),
  });

module.exports = { triggers: triggers.flatMap((each) => [polled(each), instant(each)]) };
