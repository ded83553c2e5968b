import { spawnSync } from 'node:child_process';
import { request } from 'node:http';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LocalSlack } from '../../../src/demo/local-slack/local-slack.ts';
import { actions, button } from './blocks.ts';
import { APPROVER, client, INCIDENTS, REQUESTER, SECRET, startSlack } from './workspace.ts';

let slack: LocalSlack;

beforeEach(async () => {
  slack = await startSlack();
});
afterEach(() => slack.close());

const JSON_TYPE = { 'content-type': 'application/json' };

/** With headers that fetch would not let us choose. */
function ask(
  path: string,
  options: { headers?: Record<string, string>; body?: string } = {},
): Promise<[number, string]> {
  return new Promise((done, failed) => {
    const method = options.body === undefined ? 'GET' : 'POST';
    const sent = request(new URL(path, slack.url), { method, headers: options.headers ?? {} }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => {
        text += part.toString();
      });
      response.on('end', () => done([response.statusCode ?? 0, text]));
    });
    sent.on('error', failed);
    sent.end(options.body);
  });
}

const act = (name: string, body: unknown): Promise<[number, string]> =>
  ask(`/local/${name}`, { headers: JSON_TYPE, body: JSON.stringify(body) });

describe('the control of the page', () => {
  it.each<[string, Record<string, string>, number]>([
    ['its own page', {}, 200],
    ['localhost', { host: 'localhost:1234' }, 200],
    ['a name that points here (DNS rebinding)', { host: 'evil.example:80' }, 403],
    ['the script of another site', { origin: 'http://evil.example' }, 403],
  ])('listens to %s: %i', async (_, headers, status) => {
    expect((await ask('/local/state', { headers }))[0]).toBe(status);
  });

  it('takes no forms of other sites', async () => {
    const headers = { 'content-type': 'text/plain' };
    const body = JSON.stringify({ userId: REQUESTER, channel: INCIDENTS, text: 'x' });
    expect((await ask('/local/say', { headers, body }))[0]).toBe(415);
    expect(slack.messages(INCIDENTS)).toEqual([]);
  });

  it.each<[string, unknown, number, string]>([
    ['say', { userId: REQUESTER, channel: INCIDENTS, text: 'x' }, 200, 'ts'],
    ['say', { userId: REQUESTER, channel: INCIDENTS, text: ' ' }, 400, 'nothing to say'],
    ['say', { userId: REQUESTER, channel: INCIDENTS, text: 7 }, 400, 'expected string'],
    ['say', { userId: 'U9', channel: INCIDENTS, text: 'x' }, 400, 'there is no user U9'],
    ['say', { userId: 'U4GONE', channel: INCIDENTS, text: 'x' }, 400, 'cannot act'],
    ['say', { userId: REQUESTER, channel: SECRET, text: 'x' }, 400, 'sees no channel'],
    ['say', { userId: REQUESTER, channel: INCIDENTS, text: 'x', threadTs: '1.2' }, 400, 'there is no thread'],
    ['say', '{', 400, 'expected object'],
    ['fly', {}, 404, 'no such act'],
    ['command', { userId: REQUESTER, channel: INCIDENTS, command: '/x', text: '' }, 200, 'dispatch_failed'],
    ['click', { userId: REQUESTER, channel: INCIDENTS, ts: '1.2', actionId: 'a' }, 400, 'sees no message'],
    ['submit', { userId: REQUESTER, viewId: 'V1', values: {} }, 400, 'has no modal'],
    ['view-click', { userId: REQUESTER, viewId: 'V1', actionId: 'a' }, 400, 'sees no view'],
  ])('%s %j: %i', async (name, body, status, words) => {
    const [answered, text] = await act(name, body);
    expect(answered).toBe(status);
    expect(text).toContain(words);
  });

  it('does once what a browser asks twice', async () => {
    const say = { userId: REQUESTER, channel: INCIDENTS, text: 'once' };
    const twice = { headers: { ...JSON_TYPE, 'x-act-id': 'a1' }, body: JSON.stringify(say) };
    const [first, second] = [await ask('/local/say', twice), await ask('/local/say', twice)];
    expect(second).toEqual(first);
    await ask('/local/say', { ...twice, headers: { ...JSON_TYPE, 'x-act-id': 'a2' } });
    expect(slack.messages(INCIDENTS)).toHaveLength(2);
  });

  it('cuts off what is too long', async () => {
    const [status] = await act('say', { userId: REQUESTER, channel: INCIDENTS, text: 'x'.repeat(70_000) });
    expect(status).toBe(413);
  });

  it('shows each person only what they may see', async () => {
    await client(slack).chat.postEphemeral({ channel: INCIDENTS, user: APPROVER, text: 'for alex' });
    const [, mina] = await ask(`/local/state?user=${REQUESTER}`);
    const [, alex] = await ask(`/local/state?user=${APPROVER}`);
    expect([mina.includes('for alex'), alex.includes('for alex')]).toEqual([false, true]);
    expect([mina.includes('"secret"'), alex.includes('"secret"')]).toEqual([false, true]);
    expect((await ask('/local/state?user=U9'))[0]).toBe(400);
  });

  it('never tells tokens or secrets', async () => {
    await client(slack).apiCall('chat.postMessage', {
      channel: INCIDENTS,
      text: 'x',
      blocks: [actions(button())],
    });
    const [, state] = await ask('/local/state');
    for (const secret of ['xoxb-local', 'xapp-local', 'a signing secret'])
      expect(state).not.toContain(secret);
    expect(JSON.stringify(slack.calls())).not.toContain('xoxb-local');
  });
});

describe('the files of the page', () => {
  it('come with a policy that lets nothing else run', async () => {
    const answer = await fetch(slack.url);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(await answer.text()).toContain('<script type="module" src="/main.js">');
  });

  it.each([
    '/../local-slack.ts',
    '/%2e%2e/local-slack.ts',
    '/tsconfig.json',
    '/main.ts',
    '/files/F1',
    '/nothing',
  ])('do not include %s', async (path) => {
    expect((await ask(path))[0]).toBe(404);
  });

  it('hold to their types', () => {
    const page = resolve(import.meta.dirname, '../../../src/demo/local-slack/page/tsconfig.json');
    const tsc = resolve(import.meta.dirname, '../../../node_modules/.bin/tsc');
    const { stdout, status } = spawnSync(tsc, ['-p', page], { encoding: 'utf8', timeout: 50_000 });
    expect([status, stdout]).toEqual([0, '']);
  }, 60_000);
});
