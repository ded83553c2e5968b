import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LocalSlack } from '../../../src/demo/local-slack/local-slack.ts';
import { needs } from '../../support/machine.ts';
import { actions, button, confirm, input, plain, section } from './blocks.ts';
import { assertQuiet, launch, open, type WatchedPage } from './browser.ts';
import { APPROVER, client, INCIDENTS, post, RANDOM, REQUESTER, startApp, startSlack } from './workspace.ts';

const chromium = needs('chromium');

/** Browsers are slow to start on a busy machine. */
const PATIENCE = { timeout: 60_000 };

describe.skipIf(chromium.skip)(`the page ${chromium.reason}`, PATIENCE, () => {
  let browser: Browser;
  let slack: LocalSlack;
  let watched: WatchedPage;
  let page: Page;
  let stop: (() => Promise<void>) | null = null;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    slack = await startSlack({
      commands: [{ command: '/check', description: 'Looks at a host' }],
      shortcuts: [{ callbackId: 'look', name: 'Look at this host' }],
    });
    watched = await open(browser, `${slack.url}?user=${APPROVER}`);
    ({ page } = watched);
  });
  afterEach(async () => {
    try {
      assertQuiet(watched, slack.url);
    } finally {
      await page.close();
      await stop?.();
      stop = null;
      await slack.close();
    }
  });

  const posting = async (message: Record<string, unknown>): Promise<string> => {
    const answer: unknown = await client(slack).apiCall('chat.postMessage', {
      channel: INCIDENTS,
      text: 'x',
      ...message,
    });
    return answer !== null && typeof answer === 'object' && 'ts' in answer ? String(answer.ts) : '';
  };

  it('plays the whole story: a command, a thread, a button that asks first, a word for one person', async () => {
    const app = await startApp(slack, 'socket', (bolt) => {
      bolt.command('/check', async ({ ack, command, client: api }) => {
        await ack();
        const root = await post(api, { channel: command.channel_id, text: `looking at ${command.text}` });
        const blocks = [
          section('*queue* is full'),
          actions(button({ action_id: 'change.approve', confirm: confirm() })),
        ];
        const reply = { channel: command.channel_id, thread_ts: root.ts, text: 'a change', blocks };
        await api.apiCall('chat.postMessage', reply);
      });
      bolt.action('change.approve', async ({ ack, body, respond, client: api }) => {
        await ack();
        if (body.type !== 'block_actions' || body.message === undefined) return;
        await api.chat.update({
          channel: INCIDENTS,
          ts: body.message.ts,
          text: `approved by <@${body.user.id}>`,
        });
        await respond({ text: 'only for you', thread_ts: String(body.message['thread_ts']) });
      });
    });
    ({ stop } = app);

    await page.fill('#composer', '/ch');
    await page.click('[data-offer="/check"]');
    await page.locator('#composer').pressSequentially('api-1');
    await page.press('#composer', 'Enter');
    await page.getByText('looking at api-1').waitFor();
    expect(await page.inputValue('#composer')).toBe('');

    await page.click('#messages [data-thread]');
    const approve = page.locator('#thread [data-action-id="change.approve"]');
    expect(await page.locator('#thread .message').count()).toBe(2);
    await approve.click();
    await page.click('[data-confirm="no"]');
    expect(await page.locator('.curtain').count()).toBe(0);
    expect(slack.messages(INCIDENTS)).toHaveLength(1);
    await approve.click();
    await page.click('[data-confirm="yes"]');
    await page.locator('#thread', { hasText: 'approved by @alex' }).waitFor();
    expect(await approve.count()).toBe(0);

    const told = page.locator('[data-ephemeral="true"]', { hasText: 'only for you' });
    await told.waitFor();
    expect(await told.textContent()).toContain('Only visible to you');
    await page.selectOption('#act-as', REQUESTER);
    await page.locator('#thread', { hasText: 'approved by @alex' }).waitFor();
    expect(await page.locator('[data-ephemeral="true"]').count()).toBe(0);
  });

  it('changes a message in place, and leaves the rest alone', async () => {
    const ts = await posting({ text: 'before', blocks: [section('before'), actions(button())] });
    await posting({ text: 'neighbour' });
    const row = page.locator(`[data-message-ts="${ts}"]`);
    await row.waitFor();
    const neighbour = await page.locator('.message', { hasText: 'neighbour' }).elementHandle();
    await page.fill('#composer', 'half a sentence');
    await client(slack).chat.update({ channel: INCIDENTS, ts, text: 'after' });
    await page.locator(`[data-message-ts="${ts}"]`, { hasText: 'after' }).waitFor();
    expect(await row.textContent()).toContain('(edited)');
    expect(await row.locator('button[data-action-id]').count()).toBe(0);
    expect(await page.inputValue('#composer')).toBe('half a sentence');
    expect(await neighbour?.isVisible()).toBe(true);
    await client(slack).chat.delete({ channel: INCIDENTS, ts });
    await expect.poll(() => row.count()).toBe(0);
  });

  it('lets people write, mention, and open threads of their own', async () => {
    await page.fill('#composer', '1 < 2 & @mina look at #random');
    await page.press('#composer', 'Enter');
    const row = page.locator('.message', { hasText: '1 < 2 & @mina' });
    await row.waitFor();
    expect(slack.messages(INCIDENTS)[0]?.text).toBe(
      `1 &lt; 2 &amp; <@${REQUESTER}> look at <#${RANDOM}|random>`,
    );
    await row.hover();
    await row.locator('[data-reply-to]').click();
    await page.fill('#thread-composer', 'a reply');
    await page.click('[data-send="thread-composer"]');
    await page.locator('#thread .message', { hasText: 'a reply' }).waitFor();
    await page.getByText('1 reply').first().waitFor();
    await page.fill('#thread-composer', '/check api-1');
    await page.press('#thread-composer', 'Enter');
    await page.getByText('/check is not supported in threads').waitFor();
    await row.getByText('#random').first().click();
    await expect.poll(() => page.getAttribute('#channel', 'data-open-channel')).toBe(RANDOM);
    expect(await page.locator('#thread').isVisible()).toBe(false);
  });

  it('shows when the app does not answer', async () => {
    await page.fill('#composer', '/check api-1');
    await page.press('#composer', 'Enter');
    await page.getByText('/check failed with the error "dispatch_failed"').waitFor();
    await expect.poll(() => page.inputValue('#composer')).toBe('/check api-1');
    const ts = await posting({ blocks: [actions(button())] });
    await page.click(`[data-message-ts="${ts}"] [data-action-id="a"]`);
    await page.locator(`[data-message-ts="${ts}"] .failed`).waitFor();
  });

  it('shows a modal, its mistakes, and sends what was filled in', async () => {
    const app = await startApp(slack, 'socket', (bolt) => {
      bolt.command('/check', async ({ ack, body, client: api }) => {
        await ack();
        const choices = ['10 s', '60 s'].map((text) => ({ text: plain(text), value: text }));
        const blocks = [
          input({ block_id: 'why' }),
          input({
            block_id: 'window',
            element: { type: 'static_select', action_id: 'window', options: choices },
          }),
        ];
        const view = {
          type: 'modal',
          callback_id: 'ask',
          title: plain('Why?'),
          submit: plain('Send'),
          blocks,
        };
        await api.apiCall('views.open', { trigger_id: body.trigger_id, view });
      });
      bolt.view('ask', async ({ ack, view, client: api }) => {
        const { why, window } = view.state.values;
        const reason = why?.['why']?.value ?? '';
        if (reason.length < 3) return ack({ response_action: 'errors', errors: { why: 'Too short.' } });
        await ack();
        const chosen = window?.['window']?.selected_option?.value ?? '';
        await post(api, { channel: INCIDENTS, text: `${reason} for ${chosen}` });
      });
    });
    ({ stop } = app);
    await page.fill('#composer', '/check');
    await page.press('#composer', 'Enter');
    await page.fill('.dialog [data-action-id="why"]', 'x');
    await page.selectOption('.dialog [data-action-id="window"]', '60 s');
    await page.click('[data-submit]');
    await page.getByText('Too short.').waitFor();
    await page.fill('.dialog [data-action-id="why"]', 'slow');
    await page.click('[data-submit]');
    await page.getByText('slow for 60 s').waitFor();
    expect(await page.locator('.dialog').count()).toBe(0);
  });

  it('opens the Home of the app, whose buttons work', async () => {
    const app = await startApp(slack, 'socket', (bolt) => {
      bolt.event('app_home_opened', async ({ event, client: api }) => {
        const view = {
          type: 'home',
          blocks: [section('*your hosts*'), actions(button({ action_id: 'go' }))],
        };
        await api.apiCall('views.publish', { user_id: event.user, view });
      });
      bolt.action('go', async ({ ack, body, client: api }) => {
        await ack();
        const view = { type: 'home', blocks: [section('pressed')] };
        await api.apiCall('views.publish', { user_id: body.user.id, view });
      });
    });
    ({ stop } = app);
    await page.click('#sidebar .channel-row:has(.avatar)');
    await page.getByText('your hosts').waitFor();
    await page.click('[data-action-id="go"]');
    await page.getByText('pressed').waitFor();
    await page.click('[data-tab="messages"]');
    expect(await page.locator('#composer').isVisible()).toBe(true);
  });

  it('keeps two people apart, both live', async () => {
    const other = await open(browser, `${slack.url}?user=${REQUESTER}`);
    await client(slack).chat.postEphemeral({ channel: INCIDENTS, user: REQUESTER, text: 'psst mina' });
    await posting({ text: 'to all' });
    await other.page.getByText('to all').waitFor();
    await page.getByText('to all').waitFor();
    expect(await other.page.getByText('psst mina').count()).toBe(1);
    expect(await page.getByText('psst mina').count()).toBe(0);
    expect(await other.page.locator('#sidebar').textContent()).toContain('채널');
    expect(await page.locator('#sidebar').textContent()).toContain('secret');
    expect(await other.page.locator('#sidebar').textContent()).not.toContain('secret');
    await other.page.close();
  });

  it('draws figures beside it, live, and types what the note says', async () => {
    expect(await page.locator('#panel').isVisible()).toBe(false);
    slack.setNotice(['Type `/check api-1` first']);
    slack.setPanel([{ title: 'api-1', lines: ['71 % ok'], status: 'bad', series: [1, 2, 3] }]);
    const card = page.locator('[data-card="api-1"]');
    await card.waitFor();
    expect(await card.getAttribute('data-status')).toBe('bad');
    expect(await card.locator('svg.sparkline').count()).toBe(1);
    slack.setPanel([{ title: 'api-1', lines: ['100 % ok'], status: 'good', series: [1, 2, 3] }]);
    await page.locator('[data-card="api-1"][data-status="good"]').waitFor();
    await page.click('[data-type="/check api-1"]');
    expect(await page.inputValue('#composer')).toBe('/check api-1');
    expect(await page.locator('#panel .note').textContent()).toContain('Type /check api-1 first');
  });

  it('starts anew when the browser lost a part of it, and repeats an act whose answer it lost', async () => {
    for (const part of ['sidebar.js', 'layout.css']) {
      await page.route(`**/${part}`, (route) => route.abort('internetdisconnected'), { times: 1 });
      await page.reload();
      await page.waitForSelector('[data-channel]');
      await expect.poll(() => page.evaluate('getComputedStyle(document.body).display')).toBe('flex');
    }
    await page.route(
      '**/local/say',
      async (route) => {
        await route.fetch();
        await route.abort('internetdisconnected');
      },
      { times: 1 },
    );
    const answered = page.waitForResponse('**/local/say');
    await page.fill('#composer', 'said once');
    await page.press('#composer', 'Enter');
    expect((await answered).status()).toBe(200);
    await page.getByText('said once').waitFor();
    await expect.poll(() => page.inputValue('#composer')).toBe('');
    expect(slack.messages(INCIDENTS)).toHaveLength(1);
    const lost = watched.errors.filter((error) => error.includes('ERR_INTERNET_DISCONNECTED'));
    expect(watched.errors.splice(0)).toEqual(lost);
  });

  it('stays at the end of what is read, however the window changes', async () => {
    for (let count = 0; count < 30; count += 1) await posting({ text: `line ${String(count)}` });
    const last = page.getByText('line 29');
    await last.waitFor();
    await expect.poll(() => inSight(last)).toBe(true);
    await page.setViewportSize({ width: 700, height: 500 });
    await expect.poll(() => inSight(last)).toBe(true);
    await page.hover('#messages');
    await page.mouse.wheel(0, -2_000);
    await expect.poll(() => inSight(last)).toBe(false);
    await posting({ text: 'line 30' });
    await page.getByText('line 30').waitFor();
    expect(await inSight(page.getByText('line 0').first())).toBe(true);
  });

  it('fits a narrow window', async () => {
    const ts = await posting({ text: 'root' });
    await posting({ text: 'reply', thread_ts: ts });
    slack.setPanel([{ title: 'api-1', lines: ['71 % ok'], status: 'bad' }]);
    await page.setViewportSize({ width: 430, height: 800 });
    await page.click('[data-thread]');
    const thread = await page.locator('#thread').boundingBox();
    expect(thread?.width).toBeGreaterThan(400);
    await page.click('[data-close-thread]');
    expect((await page.locator('#sidebar').boundingBox())?.x).toBeLessThan(0);
    await page.click('#menu');
    await expect.poll(async () => (await page.locator('#sidebar').boundingBox())?.x).toBe(4);
    const overflow = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect(overflow).toBe(false);
  });
});

/** Within the list, not only somewhere in the document. */
async function inSight(row: Locator): Promise<boolean> {
  const [place, list] = [await row.boundingBox(), await row.page().locator('#messages').boundingBox()];
  if (place === null || list === null) return false;
  return place.y >= list.y && place.y + place.height <= list.y + list.height;
}
