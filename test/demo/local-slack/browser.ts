import { chromium, type Browser, type Page } from 'playwright-core';
import { findTool } from '../../../src/demo/lab/requirements.ts';

/** Nothing of the browser's own traffic, and none of the sandbox a container cannot give. */
const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** On a busy machine a page takes its time; a healthy one needs a fraction of a second. */
const WAIT_MS = 20_000;

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: findTool('chromium') ?? 'chromium', args: ARGS });
}

/** Other tests make network interfaces; a browser then breaks off what it was loading. */
const INTERRUPTED = /ERR_NETWORK_CHANGED/;

async function goto(page: Page, url: string, tries: number): Promise<void> {
  try {
    await page.goto(url);
  } catch (error) {
    if (tries === 1 || !INTERRUPTED.test(String(error))) throw error;
    await goto(page, url, tries - 1);
  }
}

/** A page that remembers what went wrong in it, and where it asked. */
export interface WatchedPage {
  readonly page: Page;
  readonly errors: string[];
  readonly requests: string[];
}

export async function open(
  browser: Browser,
  url: string,
  size = { width: 1440, height: 900 },
): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: size, locale: 'en-US', timezoneId: 'UTC' });
  page.setDefaultTimeout(WAIT_MS);
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !INTERRUPTED.test(message.text())) errors.push(message.text());
  });
  page.on('request', (request) => requests.push(request.url()));

  await goto(page, url, 3);
  try {
    await page.waitForSelector('[data-channel]');
  } catch (cause) {
    const said = [...errors, ...requests, await page.content()].join('\n');
    await page.close();
    throw new Error(`the page at ${url} shows no channels; ${said}`, { cause });
  }
  return { page, errors, requests };
}

/** Throws when the page had an error, or asked anybody but its own server. */
export function assertQuiet({ errors, requests }: WatchedPage, ownUrl: string): void {
  const foreign = requests.filter((url) => !url.startsWith(ownUrl) && !url.startsWith('data:'));
  if (errors.length + foreign.length > 0) throw new Error([...errors, ...foreign].join('\n'));
}
