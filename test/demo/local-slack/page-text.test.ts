import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSlack } from '../../../src/demo/local-slack/local-slack.ts';
import { needs } from '../../support/machine.ts';
import {
  actions,
  button,
  cell,
  confirm,
  mrkdwn,
  option,
  plain,
  rich,
  section,
  table,
  type Json,
} from './blocks.ts';
import { launch, open, type WatchedPage } from './browser.ts';
import { APPROVER, client, INCIDENTS, RANDOM, REQUESTER, startSlack } from './workspace.ts';

const chromium = needs('chromium');

/** What somebody might put into a host name, an alert or a command's output. */
const HOSTILE = [
  '<img src=x onerror="window.pwned=1">',
  '<script>window.pwned=1</script>',
  '</div><svg onload="window.pwned=1">',
  '"><iframe srcdoc="<script>parent.pwned=1</script>">',
  "'-alert(1)-'",
  '{{constructor.constructor("window.pwned=1")()}}',
  '&lt;img src=x onerror=window.pwned=1&gt;',
  '<a href="javascript:window.pwned=1">x</a>',
];

/** Text as the reader sees it: entities are signs, and what looks like a link's brackets is one. */
const VISIBLE = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Browsers are slow to start on a busy machine. */
const PATIENCE = { timeout: 60_000 };

describe.skipIf(chromium.skip)(`text on the page ${chromium.reason}`, PATIENCE, () => {
  let browser: Browser;
  let slack: LocalSlack;
  let watched: WatchedPage;

  beforeAll(async () => {
    browser = await launch();
    slack = await startSlack();
    watched = await open(browser, `${slack.url}?user=${APPROVER}`);
  });
  afterAll(async () => {
    await browser.close();
    await slack.close();
  });

  const shown = async (message: Json): Promise<string> => {
    await client(slack).apiCall('chat.postMessage', { channel: INCIDENTS, text: 'x', ...message });
    const ts = slack.messages(INCIDENTS).at(-1)?.ts ?? '';
    return `[data-message-ts="${ts}"] .content`;
  };
  const html = async (message: Json): Promise<string> => {
    const place = watched.page.locator(await shown(message));
    await place.waitFor();
    return place.innerHTML();
  };

  it.each<[string, string]>([
    ['*bold* _italic_ ~struck~', '<strong>bold</strong> <em>italic</em> <s>struck</s>'],
    ['*bold _and italic_*', '<strong>bold <em>and italic</em></strong>'],
    ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
    ['* not bold *', '* not bold *'],
    ['*a\nb*', '*a<br>b*'],
    ['*서버* 가', '<strong>서버</strong> 가'],
    ['*서버*가', '*서버*가'],
    ['`*code*` and `a', '<code>*code*</code> and `a'],
    ['```\nss -ltn\n*x*\n```after', '<pre>ss -ltn\n*x*</pre>after'],
    ['a &lt;b&gt; &amp;amp; c', 'a &lt;b&gt; &amp;amp; c'],
    ['&gt; quoted\n&gt; twice\nnot', '<blockquote>quoted<br>twice</blockquote>not'],
    [
      ':white_check_mark: :no_such_sign:',
      '<span class="emoji" title=":white_check_mark:">✅</span> <span>:no_such_sign:</span>',
    ],
    ['12:30:45', '12<span>:30:</span>45'],
    [
      '<https://example.com/?a=1&amp;b=2|text &amp; more>',
      '<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">text &amp; more</a>',
    ],
    ['<javascript:alert(1)|click>', '<span>click</span>'],
    [`<@${REQUESTER}>`, `<span class="mention" data-mention="${REQUESTER}">@mina</span>`],
    [`<@${APPROVER}>`, `<span class="mention mine" data-mention="${APPROVER}">@alex</span>`],
    ['<!here>', '<span class="mention mine" data-mention="here">@here</span>'],
    ['<!subteam^S1SRE>', '<span class="mention" data-mention="S1SRE">@sre</span>'],
    [`<#${RANDOM}|random>`, '<button class="mention" type="button">#random</button>'],
  ])('%s', async (text, expected) => {
    const inside = (await html({ text })).replace(/^<span class="mrkdwn">([\s\S]*)<\/span>$/, '$1');
    expect(inside).toBe(expected);
  });

  it.each<[string, string]>([
    ['<!date^1767225600^{date_num} {time_secs}|x>', '2026-01-01 12:00:00 AM'],
    ['<!date^1767225600^{date_long}|x>', 'Thursday, January 1, 2026'],
    ['<!date^1767225600^{no_such_token}|the fallback>', 'the fallback'],
    ['<!date^soon^{date}|the fallback>', 'the fallback'],
    [`<!date^${String(Math.floor(Date.now() / 1000))}^{date_pretty}|x>`, 'Today'],
    [`<!date^${String(Math.floor(Date.now() / 1000))}^since {date_short_pretty}|x>`, 'since today'],
  ])('%s is %s', async (text, expected) => {
    const place = await shown({ text });
    expect(await watched.page.locator(place).textContent()).toBe(expected);
  });

  it.each(HOSTILE)('shows %s and does not obey it', async (text) => {
    const before = watched.errors.length;
    const blocks = [
      { type: 'header', text: plain(text) },
      {
        ...section(text),
        accessory: button({
          text: plain(text.slice(0, 75)),
          value: text,
          confirm: confirm({ title: plain(text) }),
        }),
      },
      { type: 'section', fields: [plain(text), mrkdwn(text)] },
      { type: 'context', elements: [mrkdwn(text), plain(text)] },
      actions({
        type: 'static_select',
        action_id: 's',
        options: [option({ text: plain(text.slice(0, 75)) })],
      }),
      rich(
        { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] },
        { type: 'rich_text_section', elements: [{ type: 'link', url: `javascript:${text}`, text }] },
      ),
      { type: 'markdown', text: `${text} [x](javascript:window.pwned=1)` },
      table([[cell(text)]]),
      { type: 'image', image_url: `x" onerror="window.pwned=1`, alt_text: text },
      { type: 'task_card', task_id: 't', title: text, status: 'pending' },
    ];
    const place = await shown({ text, blocks });
    const content = watched.page.locator(place);
    await content.waitFor();
    slack.setPanel([{ title: text, lines: [text], status: 'idle' }]);
    slack.setNotice([text]);
    expect(await content.locator('h3').textContent()).toBe(text);
    expect(await content.locator('pre').textContent()).toBe(text);
    expect(await content.locator('th').textContent()).toBe(text);
    await content.locator('.accessory button').click();
    expect(await watched.page.locator('.dialog h2').textContent()).toBe(text);
    await watched.page.keyboard.press('Escape');
    const plainRow = await shown({ text });
    expect(await watched.page.locator(plainRow).textContent()).toBe(visibleMrkdwn(text));
    expect(await content.locator('script, iframe, img, svg, a').count()).toBe(0);
    expect(await watched.page.locator('#panel script, #panel iframe, #panel img').count()).toBe(0);
    expect(await watched.page.evaluate('window.pwned')).toBeUndefined();
    expect(watched.errors.slice(before)).toEqual([]);
  });

  it('draws every block that Slack takes', async () => {
    const half = [
      [
        section('x'),
        { type: 'header', text: plain('x') },
        { type: 'divider' },
        { type: 'context', elements: [plain('x')] },
      ],
      [
        actions(
          button(),
          { type: 'overflow', action_id: 'o', options: [option()] },
          { type: 'datepicker', action_id: 'd' },
          { type: 'users_select', action_id: 'u' },
          { type: 'checkboxes', action_id: 'c', options: [option()] },
        ),
      ],
      [
        rich({
          type: 'rich_text_list',
          style: 'ordered',
          elements: [
            {
              type: 'rich_text_section',
              elements: [{ type: 'text', text: 'x', style: { bold: true, code: true } }],
            },
          ],
        }),
      ],
      [
        { type: 'markdown', text: '# h\n- a\n- **b**\n\n1. c\n> q\n```\ncode\n```\n---' },
        table([[cell('x')]]),
      ],
      [
        {
          type: 'data_table',
          caption: 'c',
          rows: [[cell('h')], ...Array.from({ length: 7 }, () => [cell('v')])],
        },
      ],
      [chart('line'), chart('pie')],
      [chart('bar'), chart('area')],
      [
        {
          type: 'plan',
          title: 'p',
          tasks: [{ type: 'task_card', task_id: 't', title: 't', status: 'complete' }],
        },
        { type: 'carousel', elements: [{ type: 'card', title: mrkdwn('t'), actions: [button()] }] },
      ],
      [{ type: 'container', title: plain('t'), is_collapsible: true, child_blocks: [section('inside')] }],
      [
        {
          type: 'context_actions',
          elements: [
            {
              type: 'feedback_buttons',
              action_id: 'f',
              positive_button: { text: plain('y'), value: 'y' },
              negative_button: { text: plain('n'), value: 'n' },
            },
          ],
        },
      ],
    ];
    for (const blocks of half) {
      const place = await shown({ blocks });
      await watched.page.waitForSelector(place);
      const drawn = await watched.page.locator(`${place} > .block`).count();
      expect([drawn, await watched.page.locator(`${place} .picture`).count()]).toEqual([blocks.length, 0]);
    }
    expect(watched.errors).toEqual([]);
  });

  it('shows pictures of this Slack and asks nobody else for any', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
      'base64',
    );
    await client(slack).filesUploadV2({
      channel_id: INCIDENTS,
      filename: 'dot.png',
      file: png,
      alt_text: 'a dot',
    });
    await expect
      .poll(() => watched.page.evaluate('document.querySelector(".files img")?.naturalWidth'))
      .toBe(1);
    expect(watched.requests.filter((url) => !url.startsWith(slack.url) && !url.startsWith('data:'))).toEqual(
      [],
    );
  });
});

/** What mrkdwn makes of the corpus: `<…>` is a link or a token to it, so its label or its inside is shown. */
function visibleMrkdwn(text: string): string {
  return VISIBLE(text.replaceAll(/<([^<>\n]+)>/g, (_, inside: string) => inside.split('|').at(-1) ?? ''));
}

function chart(type: string): Json {
  return {
    type: 'data_visualization',
    title: type,
    chart:
      type === 'pie'
        ? { type, segments: [{ label: 'a', value: 1 }] }
        : {
            type,
            series: [{ name: 's', data: [{ label: 'a', value: 1 }] }],
            axis_config: { categories: ['a'] },
          },
  };
}
