import { describe, expect, it } from 'vitest';
import type { FactGroup } from '../../src/core/domain/facts.ts';
import type { Finding } from '../../src/core/domain/report.ts';
import { diagnoseCapture } from '../../src/core/playbook/diagnose.ts';
import { evaluate } from '../../src/core/playbook/evaluate.ts';
import { recordedHost, recordedHosts } from '../support/captures.ts';
import { checksByHand, factsByHand } from '../support/facts.ts';
import { shippedPlaybooks } from '../support/playbooks.ts';

const playbooks = shippedPlaybooks();
const QUIET = { device_losses_per_s: 0, softnet_drops_per_s: 0 };

/** 1,000 segments a second, so many of them sent again: as the counters would have it. */
function sending(
  again: number,
  more: { requests?: number; needless?: number; sent?: number } = {},
): FactGroup {
  const { requests = 0, needless = 0, sent = 1000 } = more;
  return {
    out_segs_per_s: sent,
    retrans_segs_per_s: again,
    syn_retrans_per_s: requests,
    retrans_ratio: again / sent,
    data_retrans_per_s: again - requests,
    lost_ratio: Math.max(0, again - requests - needless) / sent,
    syn_retrans_ratio: again === 0 ? 0 : requests / again,
    needless_retrans_ratio: again === requests ? 0 : needless / (again - requests),
    dsack_recv_per_s: needless,
    checksum_errors_per_s: 0,
    timeouts_per_s: 1,
    fast_retrans_per_s: again,
    spurious_timeouts_per_s: 0,
  };
}

const find = (counters: FactGroup, kernel: FactGroup = QUIET): Finding | undefined =>
  evaluate(factsByHand({ host: { counters, kernel } }), checksByHand(), playbooks).find(
    ({ playbook }) => playbook === 'retransmissions',
  );

describe('retransmissions', () => {
  it.each([
    ['none', sending(0), { status: 'cleared', severity: 'info', cause: null }],
    ['below a percent', sending(9), { status: 'cleared', severity: 'info', cause: null }],
    ['one percent', sending(10), { status: 'matched', severity: 'info', cause: 'path' }],
    ['three percent', sending(30), { status: 'matched', severity: 'warning', cause: 'path' }],
    ['a fifth', sending(200), { status: 'matched', severity: 'critical', cause: 'path' }],
    [
      'a fifth of next to nothing',
      sending(19, { sent: 95 }),
      { status: 'cleared', severity: 'info', cause: null },
    ],
    [
      'all of it had arrived',
      sending(60, { needless: 58 }),
      { status: 'matched', severity: 'info', cause: 'needless' },
    ],
    [
      'all of it had arrived, and little of it',
      sending(20, { needless: 19 }),
      { status: 'cleared', severity: 'info', cause: null },
    ],
    [
      'connection requests',
      sending(40, { requests: 35 }),
      { status: 'matched', severity: 'warning', cause: 'syn' },
    ],
    [
      'more requests than segments',
      sending(300, { requests: 290 }),
      { status: 'matched', severity: 'warning', cause: 'syn' },
    ],
    [
      'a few of them requests',
      sending(40, { requests: 9 }),
      { status: 'matched', severity: 'warning', cause: 'path' },
    ],
  ])('%s: %#', (_, counters, said) => {
    expect(find(counters)).toMatchObject(said);
  });

  it.each([
    ['the card', {}, { device: 'eth0', device_losses_per_s: 14 }, 'local'],
    ['a card that loses far less', {}, { device: 'eth0', device_losses_per_s: 5 }, 'path'],
    ['the receive backlog', {}, { softnet_drops_per_s: 20 }, 'local'],
    ['damage on arrival', { checksum_errors_per_s: 20 }, {}, 'local'],
  ])('says whether it is the host itself: %s', (_, counters, kernel, cause) => {
    expect(find({ ...sending(40), ...counters }, { ...QUIET, ...kernel })).toMatchObject({ cause });
  });

  it('names what was not measured, and is unknown without the counters', () => {
    expect(find(sending(40), {})).toMatchObject({
      cause: 'path',
      missing: expect.arrayContaining(['kernel.device_losses_per_s']) as unknown,
    });
    const { lost_ratio: _lost, ...rest } = sending(40);
    expect(find(rest)).toMatchObject({ status: 'unknown' });
    expect(find({})).toMatchObject({ status: 'unknown' });
  });

  it('says why buffers do not help, in every cause', () => {
    for (const counters of [sending(40), sending(60, { needless: 58 }), sending(40, { requests: 35 })]) {
      expect(find(counters)?.notAdvised.map(({ key }) => key)).toContain('net.ipv4.tcp_wmem');
    }
  });

  const LONG = {
    lossy_services: 1,
    clean_services: 0,
    lossy_peer: '198.51.100.7:443',
    lossy_peer_ratio: 0.04,
    lossy_min_rtt_ms: 40,
    lossy_congestion: 'cubic',
  };
  const NEW = { kernel: '6.1.0', kernel_major: 6, kernel_minor: 1, bbr_module: true };
  const CUBIC = { tcp_congestion_control: 'cubic', bbr_ready: false };
  const OLD = { kernel: '4.9.0', kernel_major: 4, kernel_minor: 9, bbr_module: true };
  it.each([
    ['a long path that loses', {}, 'cubic', true],
    ['bbr built in', { host: { ...NEW, bbr_module: false }, settings: { bbr_ready: true } }, 'cubic', true],
    ['a short path', { sockets: { ...LONG, lossy_min_rtt_ms: 19 } }, 'cubic', false],
    ['a path of unknown length', { sockets: {} }, 'cubic', false],
    ['Linux 4.9', { host: OLD }, 'cubic', false],
    ['Linux 4.13', { host: { ...OLD, kernel_minor: 13 } }, 'cubic', true],
    ['a kernel without bbr', { host: { ...NEW, bbr_module: false } }, 'cubic', false],
    ['bbr already', {}, 'bbr', false],
    ['losses of its own', { kernel: { ...QUIET, device: 'eth0', device_losses_per_s: 40 } }, 'cubic', false],
    ['nothing lost, only late', { counters: sending(60, { needless: 58 }) }, 'cubic', false],
  ])('offers bbr for long paths only: %s', (_, given, congestion, offered) => {
    const host = {
      host: NEW,
      settings: CUBIC,
      sockets: LONG,
      counters: sending(40),
      kernel: QUIET,
      ...given,
    };
    const sysctl = { 'net.ipv4.tcp_congestion_control': congestion };
    const findings = evaluate(factsByHand({ host, sysctl }), checksByHand(), playbooks);
    const own = findings.find(({ playbook }) => playbook === 'retransmissions');
    expect(own?.status).toBe('matched');
    const buttons = (own?.fixes ?? []).filter((fix) => fix.kind === 'sysctl' && fix.offered);
    expect(buttons).toHaveLength(offered ? 1 : 0);
  });

  it('connection requests sent again follow from what keeps them waiting', () => {
    const { findings } = diagnoseCapture(recordedHost('syn-flood-linux-6.18-ss-6.1'), playbooks);
    const own = findings.find(({ playbook }) => playbook === 'retransmissions');
    expect(own).toMatchObject({ cause: 'syn', explainedBy: 'syn-queue-full' });
  });

  it('is silent on every host that loses nothing', () => {
    const lossy = /^(loss-|late-packets|handshake-|syn-flood-linux)/;
    const loud = recordedHosts().filter((name) => {
      const { findings } = diagnoseCapture(recordedHost(name), playbooks);
      return findings.some(({ playbook, status }) => playbook === 'retransmissions' && status === 'matched');
    });
    expect(loud.filter((name) => !lossy.test(name))).toEqual([]);
  });
});
