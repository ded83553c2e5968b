import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lookHere } from '../../src/cli/doctor/local-looks.ts';
import { sheet } from '../../src/cli/doctor/lines.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { showPolicy } from '../../src/cli/policy-show.ts';
import type { Locale } from '../../src/core/domain/locale.ts';
import { runProgram } from '../support/program.ts';

const dir = mkdtempSync(join(tmpdir(), 'tcpcheck-policy-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const HOSTS = `hosts:
  web-1: {address: 10.0.0.5, user: root, changes: true}
  web-2: {address: 10.0.0.6, user: root}
`;

let files = 0;
function configured(approvals: string): string {
  files += 1;
  const file = join(dir, `${files}.yaml`);
  writeFileSync(file, `${HOSTS}approvals: ${approvals}\n`);
  return file;
}

interface Wish {
  readonly host?: string;
  readonly as?: string;
  readonly locale?: Locale;
}

const QUIET = { declared: null, nowMs: Date.UTC(2026, 10, 29) };

function said(approvals: string, wish: Wish = {}, known: Parameters<typeof showPolicy>[3] = QUIET): string {
  const { host = 'web-1', as, locale = 'en' } = wish;
  let out = '';
  const terminal = { locale, colour: false, width: 80, animated: false, err: () => undefined };
  const told = { ...terminal, out: (text: string) => void (out += text) };
  const code = showPolicy(
    loadConfig(configured(approvals)),
    told,
    { host, as: as ?? null, json: false },
    known,
  );
  expect(code).toBe(0);
  return out;
}

const THREE = '{approvers: {users: [U1, U2, T9:U3]}, caps: {per_host_hour: 3}, expires_in: 90s}';

describe('policy show', () => {
  it('says who may do what, and what it takes', () => {
    expect(said(THREE)).toMatchInlineSnapshot(`
      "web-1: settings may be changed from chat.
      Approvers: U1, U2, T9:U3
        Risk low: one approver
        Risk medium: one approver
        Risk high: two approvers, neither of whom asked for the diagnosis
      A proposal may be approved for 90s; the host takes a change back that nobody confirms within 2m.
      At most 3 changes of this host within an hour, and one open change of a setting; the host itself stops at 20.
      Break-glass: one approver, with a reason, alone and in a freeze; the channel is told and it stays on record.
      Keep and reject: one approver. Roll back: each approver and whoever asked for the diagnosis, always.
      Guests, bots and people of other workspaces are refused at the click, whoever they are.
      "
    `);
    expect(said(THREE, { locale: 'ko' })).toContain('위험도 높음: 진단을 요청하지 않은 승인자 2명\n');
  });

  it.each([
    ['an approver', 'U1', 'U1 is an approver: may approve'],
    ['an approver of another team', 'T9:U3', 'T9:U3 is an approver: may approve'],
    ['somebody else', 'U4', 'U4 is not an approver'],
    ['an approver’s id in another named team', 'T8:U3', 'T8:U3 is not an approver'],
    ['an id whose team only the bot can compare', 'T8:U1', 'T8:U1 is an approver only if'],
    ['an id without the team that the rules name', 'U3', 'U3 is an approver only if'],
  ])('says what %s may do', (_, as, text) => {
    expect(said(THREE, { as })).toContain(text);
  });

  it('says why nothing may be changed, and what can never be approved', () => {
    expect(said(THREE, { host: 'web-2' })).toContain('changes are not enabled for web-2');
    expect(said('{}')).toContain('nobody is named under `approvals:`');
    expect(said('{approvers: {users: [U1]}, two_person: [medium, high]}')).toContain(
      'Risk medium: two approvers, neither of whom asked for the diagnosis (can never be approved',
    );
    expect(said('{approvers: {users: [U1, U2]}}')).toContain(
      '(cannot be approved when one of the two approvers asked)',
    );
  });

  const RULES = `{approvers: {users: [U1], groups: [S1, T9:S2]}, operators: [bob, {user: alice, slack: U1}], break_glass: false,
    freeze: [{from: 2026-12-24T00:00:00Z, to: 2026-12-26T00:00:00Z, reason: holidays}]}`;

  it('says who belongs to groups or a terminal, and when nobody may', () => {
    const text = said(RULES);
    expect(text).toContain('members of the user groups S1, T9:S2, as Slack names them at the click');
    expect(text).toContain('In the terminal: bob, alice (who is U1)\n');
    expect(text).toContain(
      'No approvals from 2026-12-24T00:00:00.000Z to 2026-12-26T00:00:00.000Z. holidays\n',
    );
    expect(text).toContain('Break-glass is switched off.');
    expect(text).not.toContain('Now:');
    // U1 and bob are two people, one of whom may have asked; the groups may have more.
    expect(text).toContain('(can be approved only if the user groups have enough members)');
  });

  it.each([
    [
      'an operator of whom nobody says who that is in Slack',
      '{approvers: {users: [U1]}, operators: [bob, {user: al, slack: U1}]}',
      'bob',
    ],
    ['several', '{approvers: {groups: [S1]}, operators: [bob, eve], two_person: [medium]}', 'bob, eve'],
    ['none who is named in Slack', '{approvers: {users: [U1]}, operators: [{user: al, slack: U1}]}', null],
    ['none where nothing takes two', '{approvers: {users: [U1]}, operators: [bob], two_person: []}', null],
    ['none where nobody approves in Slack', '{operators: [bob]}', null],
  ])('says that somebody could count twice, as doctor does: %s', (_, approvals, who) => {
    expect(said(approvals).includes(`each of ${who} counts as somebody else`)).toBe(who !== null);
    expect(said(approvals).includes('Where it takes two')).toBe(who !== null);
    expect(said(approvals, { locale: 'ko' }).includes('두 명이 됩니다')).toBe(who !== null);
    const settings = readEnvironment({ TCPCHECK_DATA_DIR: join(dir, 'data') });
    const looks = lookHere(loadConfig(configured(approvals)), settings, sheet('en', null));
    const warned = looks.find(({ id, status }) => id === 'operators' && status === 'warn');
    expect(warned?.text.startsWith(`who ${who} is in Slack is not said`)).toBe(
      who === null ? undefined : true,
    );
  });

  it.each([
    ['a listed approver', 'U1', 'U1 is an approver'],
    ['a possible member', 'U7', 'an approver while Slack has them in S1, T9:S2'],
    ['an operator', 'os:bob', 'The OS user bob may approve'],
    ['another OS user', 'os:mallory', 'is none of the operators and may decide nothing'],
  ])('says what %s may do there', (_, as, text) => {
    expect(said(RULES, { as })).toContain(text);
  });

  it('says why nothing may be approved now', () => {
    const holidays = { declared: null, nowMs: Date.UTC(2026, 11, 25) };
    expect(said(RULES, {}, holidays)).toContain(
      'Now: Changes are frozen until 2026-12-26 00:00 UTC. Reason: holidays.',
    );
    const freeze = { kind: 'emptied', fromMs: 1, toMs: null } as const;
    const declared = { seq: 2, freeze, by: null, atMs: 1, channel: null };
    expect(said(THREE, { locale: 'ko' }, { ...QUIET, declared })).toContain('현재: Redis가 비어 있어');
  });

  it('is JSON where a program asks', async () => {
    const args = ['policy', 'show', 'web-1', '--as', 'U1', '--json', '--config', configured(THREE)];
    const { code, stdout, stderr } = await runProgram(args);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'tcpcheck/policy/v1',
      host: 'web-1',
      changes_offered: true,
      why_not: null,
      approvers: ['U1', 'U2', 'T9:U3'],
      risks: [{ risk: 'low', approvals: 1 }, { approvals: 1 }, { approvals: 2, reachable: 'yes' }],
      expires_in_s: 90,
      per_host_hour: 3,
      break_glass: true,
      frozen: null,
      as: { id: 'U1', approver: 'yes' },
    });
  });

  it.each([
    [['policy'], 'policy wants the word show'],
    [['policy', 'show'], 'policy show wants a HOST'],
    [['policy', 'show', 'web-1', '--as', 'mina'], '--as takes a Slack id'],
    [['hosts', '--as', 'U1'], 'hosts takes no --as'],
  ])('%j is a mistake of usage', async (args, message) => {
    const { code, stdout, stderr } = await runProgram([...args, '--config', configured(THREE)]);
    expect([code, stdout]).toEqual([64, '']);
    expect(stderr).toContain(message);
  });
});
