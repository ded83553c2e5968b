import { describe, expect, it } from 'vitest';
import { SETTING_KEYS, settings } from '../../../../src/core/checklist/checks/settings.ts';
import { NO_FACTS } from '../../../../src/core/checklist/merge-facts.ts';
import { sysctlKeys } from '../../../../src/core/sysctl/catalogue.ts';
import { factsOf, having } from './made.ts';

const text = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([key, value]) => `/proc/sys/${key.replaceAll('.', '/')}:${value}\n`)
    .join('');
const read = (values: Record<string, string>): ReturnType<typeof settings.read> =>
  settings.read({ first: text(values), second: null }, NO_FACTS);

describe('settings', () => {
  it('are kept with single blanks, as a change compares them', () => {
    const added = read({
      'net.ipv4.tcp_rmem': '4096\t131072\t6291456',
      'net.ipv4.ip_local_port_range': '32768\t60999',
      'net.ipv4.ip_local_reserved_ports': '',
      'net.core.somaxconn': '4096',
    });
    expect(Object.fromEntries(added?.sysctl ?? [])).toEqual({
      'net.ipv4.tcp_rmem': '4096 131072 6291456',
      'net.ipv4.ip_local_port_range': '32768 60999',
      'net.ipv4.ip_local_reserved_ports': '',
      'net.core.somaxconn': '4096',
    });
  });

  it('put the tally of sockets beside the limits of the machine', () => {
    const limits = { 'net.ipv4.tcp_max_orphans': '65536', 'net.ipv4.tcp_mem': '182451\t243270\t364902' };
    const sockets = { orphans: 16_384, memory_pages: 300_000 };
    expect(factsOf(settings, text(limits), null, having({ sockets }))).toEqual({
      'sockets.orphans_ratio': 0.25,
      'sockets.memory_ratio': 0.8221,
      'sockets.memory_pressure_ratio': 1.2332,
      'settings.tcp_max_orphans': 65_536,
      'settings.tcp_mem_pressure_pages': 243_270,
      'settings.tcp_mem_max_pages': 364_902,
      'setting.live[net.ipv4.tcp_max_orphans]': '65536',
      'setting.live[net.ipv4.tcp_mem]': '182451 243270 364902',
    });
    // Hidden inside a container, or half read: then nobody knows.
    expect(
      factsOf(settings, text({ 'net.ipv4.tcp_mem': '182451\t243270' }), null, having({ sockets })),
    ).toEqual({ 'setting.live[net.ipv4.tcp_mem]': '182451 243270' });
    expect(factsOf(settings, text({ 'net.ipv4.tcp_max_orphans': '0' }), null, having({ sockets }))).toEqual({
      'settings.tcp_max_orphans': 0,
      'setting.live[net.ipv4.tcp_max_orphans]': '0',
    });
  });

  it('hold every key of the catalogue and of the production template', () => {
    const keys: readonly string[] = SETTING_KEYS;
    for (const key of [
      ...sysctlKeys(),
      'net.ipv4.tcp_tw_reuse',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.ip_local_reserved_ports',
      'net.ipv4.tcp_timestamps',
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_max_syn_backlog',
      'net.ipv4.tcp_syncookies',
      'net.ipv4.tcp_abort_on_overflow',
      'net.ipv4.tcp_max_tw_buckets',
      'net.ipv4.tcp_tw_recycle',
      'net.core.somaxconn',
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
      'net.ipv4.tcp_rmem',
      'net.ipv4.tcp_wmem',
      'net.ipv4.tcp_moderate_rcvbuf',
      'net.core.rmem_max',
      'net.core.wmem_max',
      'net.core.default_qdisc',
      'net.ipv4.tcp_congestion_control',
      'net.netfilter.nf_conntrack_max',
      'fs.file-max',
      'fs.nr_open',
    ]) {
      expect(keys).toContain(key);
    }
  });

  it.each([
    ['32768\t60999', '', 28_232],
    ['40000\t40199', '40000-40009,40100', 189],
    ['40000\t40199', '8080,9000-9010', 200],
    ['40000\t40199', '39990-40009', 190],
    ['40000\t40199', '40000-40009,40005-40014', 185],
    ['1024\t65535', '1-65535', 0],
    ['60999\t32768', '', undefined],
    ['0\t70000', '', undefined],
    ['32768', '', undefined],
    ['32768\t60999', 'many', undefined],
    ['32768\t60999', '1-99999', undefined],
  ])('range %j without %j leaves %s ports', (range, reserved, left) => {
    const facts = factsOf(
      settings,
      text({ 'net.ipv4.ip_local_port_range': range, 'net.ipv4.ip_local_reserved_ports': reserved }),
    );
    expect(facts?.['settings.ports_available']).toBe(left);
  });

  it('that the kernel lacks or nobody asked for are absent', () => {
    const facts = factsOf(settings, text({ 'net.core.somaxconn': '128', 'kernel.hostname': 'secret' }));
    expect(facts).toEqual({ 'settings.somaxconn': 128, 'setting.live[net.core.somaxconn]': '128' });
    expect(read({ 'kernel.hostname': 'secret' })).toBeNull();
    expect(read({})).toBeNull();
  });
});
