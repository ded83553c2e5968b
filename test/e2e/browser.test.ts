import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SICK_HOSTS } from '../../src/demo/lab/sick-hosts.ts';
import { feedPanel } from '../../src/demo/panel-feed.ts';
import { CAST } from '../../src/demo/stage-config.ts';
import { startStage, type Stage } from '../../src/demo/stage.ts';
import { assertQuiet, launch, open, type WatchedPage } from '../demo/local-slack/browser.ts';
import { needs } from '../support/machine.ts';
import { MAIN } from '../support/program.ts';

const need = needs('lab', 'redis-server', 'chromium');
const REUSE = 'net.ipv4.tcp_tw_reuse';

describe.skipIf(need.skip)(`a person at the page ${need.reason}`, () => {
  let stage: Stage;
  let browser: Browser;
  let watched: WatchedPage;
  let panel: { stop(): void };
  let page: Page;

  beforeAll(async () => {
    stage = await startStage({ main: MAIN, hosts: [SICK_HOSTS['api-1']], windowS: 3, mode: 'socket' });
    panel = feedPanel(stage.slack, [
      { host: stage.lab.host('api-1'), story: 'calls another service', key: REUSE },
    ]);
    browser = await launch();
    watched = await open(browser, `${stage.slack.url}?user=${CAST.requester}`);
    ({ page } = watched);
  }, 90_000);
  afterAll(async () => {
    panel?.stop();
    await browser?.close();
    await stage?.stop();
  }, 60_000);

  const actAs = (userId: string): Promise<unknown> => page.selectOption('#act-as', userId);
  const replies = (): Promise<string> => page.locator('#replies').innerText();
  async function press(actionId: string): Promise<void> {
    await page.locator(`#replies [data-action-id="${actionId}"]`).first().click();
    await page.locator('[data-confirm="yes"]').click();
  }
  /** Pictures for people who look at a failed run, and for the README (UPDATE_PICTURES=docs/images). */
  async function picture(name: string): Promise<void> {
    const folder = process.env['UPDATE_PICTURES'];
    if (folder === undefined) return;
    await page.setViewportSize({ width: 1760, height: 1240 });
    const from = name === 'thread' ? 0 : Number.MAX_SAFE_INTEGER;
    await page.evaluate(`document.querySelector('#replies').scrollTo(0, ${from})`);
    await page.screenshot({ path: `${folder}/${name}.png` });
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  it('types the command, reads the thread, approves, sees the setting on the host, rolls back', async () => {
    const api = stage.lab.host('api-1');
    await page.click(`[data-channel="${CAST.channel}"]`);
    await page.fill('#composer', '/tcpcheck api-1 connection timeouts since 02:20');
    await page.press('#composer', 'Enter');
    await expect
      .poll(() => page.locator('#messages').innerText(), { timeout: 10_000 })
      .toContain('api-1: critical');
    const thread = page.locator('[data-thread]').last();
    await thread.click();
    await expect.poll(replies, { timeout: 10_000 }).toContain('Cannot assign requested address');
    await expect.poll(replies, { timeout: 20_000 }).toContain('Waiting for approval');
    await picture('thread');

    await actAs(CAST.outsider);
    await press('change.approve');
    await expect.poll(replies, { timeout: 10_000 }).toContain('Only visible to you');
    expect(await api.sysctl(REUSE)).toBe('2');

    await actAs(CAST.approver);
    await press('change.approve');
    await expect.poll(() => api.sysctl(REUSE), { timeout: 15_000 }).toBe('1');
    await expect.poll(replies, { timeout: 15_000 }).toContain('applied');
    await expect.poll(() => api.workload.figures(3).okRatio, { timeout: 20_000 }).toBeGreaterThan(0.99);
    await expect.poll(replies, { timeout: 40_000 }).toContain('It helped: ');
    await expect
      .poll(() => page.locator('#panel [data-card]').first().getAttribute('data-status'), { timeout: 10_000 })
      .toBe('good');
    await picture('applied');

    await actAs(CAST.requester);
    await press('change.rollback');
    await expect.poll(() => api.sysctl(REUSE), { timeout: 15_000 }).toBe('2');
    await expect.poll(replies, { timeout: 15_000 }).toContain('rolled back');
    await picture('rolled-back');
    assertQuiet(watched, stage.slack.url);
  }, 120_000);
});
