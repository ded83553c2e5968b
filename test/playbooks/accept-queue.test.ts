import { describe, expect, it } from 'vitest';
import type { FactGroup } from '../../src/core/domain/facts.ts';
import type { Finding } from '../../src/core/domain/report.ts';
import { evaluate } from '../../src/core/playbook/evaluate.ts';
import { checksByHand, factsByHand } from '../support/facts.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const playbooks = shippedPlaybooks();
const SICK: FactGroup = {
  address: '0.0.0.0',
  port: 8080,
  backlog: 128,
  queue: 129,
  queue_first: 100,
  queue_peak: 129,
  fill_ratio: 1.0078,
  overflows_per_s: 33.2,
  stayed_ratio: 0.2,
  process: 'java',
  pid: 4242,
  process_descriptors: 300,
  process_descriptor_limit: 1024,
  process_descriptor_ratio: 0.29,
  process_state: 'S',
  restart_hint: 'shop.service',
};

interface Host {
  readonly listener?: FactGroup;
  readonly overflows?: number;
  readonly settings?: FactGroup;
  readonly somaxconn?: string;
}

function acceptQueue({ listener, overflows = 33.2, settings, somaxconn = '128' }: Host): Finding | undefined {
  const facts = factsByHand({
    host: {
      counters: { listen_overflows_per_s: overflows },
      settings: { somaxconn: Number(somaxconn), tcp_syncookies: 1, ...settings },
    },
    listener: { '0.0.0.0:8080': { ...SICK, ...listener } },
    sysctl: { 'net.core.somaxconn': somaxconn },
  });
  return evaluate(facts, checksByHand(), playbooks).find(
    ({ playbook }) => playbook === 'accept-queue-overflow',
  );
}

describe('accept-queue-overflow', () => {
  it.each([
    [0.5, 'cleared', 'info'],
    [1, 'cleared', 'info'],
    [1.1, 'matched', 'warning'],
    [5, 'matched', 'warning'],
    [5.1, 'matched', 'critical'],
  ])('with %s overflows per second: %s %s', (overflows, status, severity) => {
    const listener = { overflows_per_s: overflows };
    expect(acceptQueue({ overflows, listener })).toMatchObject({ status, severity });
  });

  it('does not match for a full queue that drops nobody', () => {
    expect(acceptQueue({ overflows: 0, listener: { overflows_per_s: 0 } })).toMatchObject({
      status: 'cleared',
    });
  });

  it('does not match for a listener with room, and says that the full one was not seen', () => {
    const { overflows_per_s: _, ...unascribed } = SICK;
    const facts = factsByHand({
      host: { counters: { listen_overflows_per_s: 9 } },
      listener: { a: { ...unascribed, queue_peak: 5 } },
    });
    const [finding] = evaluate(facts, checksByHand(), playbooks);
    expect(finding).toMatchObject({
      status: 'matched',
      severity: 'warning',
      subject: null,
      cause: null,
      fixes: [],
    });
    expect(finding?.summary.en).toContain('which listener it is could not be seen');
  });

  it.each([
    ['somaxconn', { listener: {} }],
    ['app-backlog', { somaxconn: '4096' }],
    ['stalled-app', { listener: { stayed_ratio: 1 } }],
    ['fd-limit', { listener: { process_descriptor_ratio: 1.01, stayed_ratio: 1 } }],
  ])('finds the cause %s', (cause, host) => {
    expect(acceptQueue(host)).toMatchObject({ cause, missing: [] });
  });

  it('does not call an application stalled that nobody waited for at the start', () => {
    const { stayed_ratio: _, ...rest } = SICK;
    const burst = { ...rest, queue_first: 0 };
    const facts = factsByHand({
      host: { counters: { listen_overflows_per_s: 33 }, settings: { somaxconn: 128 } },
      listener: { a: burst },
    });
    expect(evaluate(facts, checksByHand(), playbooks)[0]).toMatchObject({ cause: 'somaxconn' });
  });

  it('calls a stopped process stalled where the waiting connections could not be compared', () => {
    const { stayed_ratio: _, ...rest } = SICK;
    const stopped = { ...rest, process_state: 'T' };
    const facts = factsByHand({
      host: { counters: { listen_overflows_per_s: 33 }, settings: { somaxconn: 4096 } },
      listener: { a: stopped },
    });
    expect(evaluate(facts, checksByHand(), playbooks)[0]).toMatchObject({ cause: 'stalled-app' });
  });

  it.each([
    ['128', '128', '4096'],
    ['4096', '4096', '8192'],
    ['12000', '12000', '16384'],
  ])('somaxconn %s: from %s to %s', (somaxconn, from, to) => {
    const backlog = Number(somaxconn);
    const finding = acceptQueue({ somaxconn, listener: { backlog, queue_peak: backlog + 1 } });
    expect(finding?.fixes.at(-1)).toMatchObject({
      key: 'net.core.somaxconn',
      from,
      to,
      offered: true,
      takesEffect: 'relisten',
    });
  });

  it('proposes no longer queue than 16384', () => {
    const finding = acceptQueue({ somaxconn: '16384', listener: { backlog: 16_384, queue_peak: 16_385 } });
    expect(finding?.fixes.every(({ kind }) => kind === 'advice')).toBe(true);
  });

  it('says which process to restart, and with what', () => {
    const finding = acceptQueue({});
    const [, restart] = finding?.fixes ?? [];
    expect(restart).toMatchObject({ kind: 'advice' });
    const said = restart?.kind === 'advice' ? restart.text : { en: '', ko: '' };
    for (const text of [said.en, said.ko]) {
      expect(text).toContain('shop.service');
      expect(text).toContain('java');
      expect(text).toContain('4242');
    }
  });

  it.each(['fd-limit', 'stalled-app', 'app-backlog'])('warns off somaxconn for %s', (cause) => {
    const hosts: Readonly<Record<string, Host>> = {
      'fd-limit': { listener: { process_descriptor_ratio: 1 } },
      'stalled-app': { listener: { stayed_ratio: 1 } },
      'app-backlog': { somaxconn: '4096' },
    };
    const finding = acceptQueue(hosts[cause] ?? {});
    expect(finding?.notAdvised.map(({ key }) => key)).toEqual([
      'net.core.somaxconn',
      ...(cause === 'fd-limit' ? ['fs.file-max'] : []),
      'net.ipv4.tcp_abort_on_overflow',
      'net.ipv4.tcp_max_syn_backlog',
    ]);
    expect(finding?.fixes.every(({ kind }) => kind === 'advice')).toBe(true);
  });

  it('warns off tcp_max_syn_backlog only while syncookies make it useless', () => {
    const keys = acceptQueue({ settings: { tcp_syncookies: 0 } })?.notAdvised.map(({ key }) => key);
    expect(keys).not.toContain('net.ipv4.tcp_max_syn_backlog');
  });

  it('tells clients’ view right: neither refused nor reset', () => {
    expect(acceptQueue({})?.summary.en).toContain('neither refused nor reset');
    expect(acceptQueue({ somaxconn: '4096' })?.summary.en).toContain('neither refused nor reset');
  });
});
