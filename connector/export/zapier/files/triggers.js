// Each trigger twice, as a poll and as a REST hook; each drop-down as a hidden trigger.
'use strict';

const { choices, largest_limit: largest, triggers } = require('./blocks.json');
const { get, post, read, remove } = require('./bridge');
const { isSigned } = require('./signature');

/** Ask for what happened, the newest first. A limit of 0 or less means none. */
const poll = (key) => async (z, bundle) => {
  const { limit = -1, page = 0 } = bundle.meta ?? {};
  // The first page holds all that is new, however much; Zapier's live polls ask for no other.
  if (page > 0) return [];
  const most = limit > 0 ? { limit: Math.min(limit, largest) } : {};
  return get(z, bundle, `triggers/${key}`, { ...read(bundle.inputData), ...most });
};

/** The names of headers as they were sent, in lower case: Zapier writes `Http-Webhook-Id`. */
const sent = (headers) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase().replace(/^http-/, ''), value]),
  );

const polling = ({ key, noun, display, operation }) => ({
  key,
  noun,
  display,
  operation: { ...operation, type: 'polling', perform: poll(key) },
});

const instant = ({ key, noun, display, operation }) => ({
  key: `${key}_instant`,
  noun,
  display: { ...display, label: `${display.label} (Instant)` },
  operation: {
    ...operation,
    type: 'hook',
    performSubscribe: async (z, bundle) => {
      const filters = read(bundle.inputData);
      const hook = await post(z, bundle, 'hooks', { trigger: key, target_url: bundle.targetUrl, filters });
      return { id: hook.id, secret: hook.secret };
    },
    performUnsubscribe: async (z, bundle) => {
      await remove(z, bundle, `hooks/${bundle.subscribeData.id}`);
      return {};
    },
    // What a hook delivers is what a poll shows. It is taken however long Zapier held it; what the bridge
    // did not sign is an error, as nobody would miss what was dropped in silence.
    perform: async (z, { rawRequest, subscribeData }) => {
      const { headers = {}, content } = rawRequest ?? {};
      const { secret } = subscribeData ?? {};
      // Whoever subscribed without one would wonder why nothing comes.
      if (!secret) throw new z.errors.Error('The subscription has no secret: turn the Zap off and on again.');
      if (isSigned(secret, sent(headers), content, Infinity)) return [z.JSON.parse(content)];
      throw new z.errors.Error('What arrived was not signed by the bridge for this Zap.');
    },
    performList: poll(key),
  },
});

const dropDown = ({ key, noun, display, takes, sample }) => ({
  key: `choices_${key}`,
  noun,
  display,
  operation: {
    type: 'polling',
    sample,
    perform: async (z, bundle) => {
      if (bundle.meta?.page > 0) return [];
      const form = read(bundle.inputData);
      const known = Object.fromEntries(Object.entries(form).filter(([name]) => takes.includes(name)));
      return get(z, bundle, `choices/${key}`, known);
    },
  },
});

module.exports = [...triggers.flatMap((each) => [polling(each), instant(each)]), ...choices.map(dropDown)];
