import { describe, expect, it } from 'vitest';
import { listeners } from '../../../../src/core/checklist/checks/listeners.ts';
import { factsOf as flat, having } from './made.ts';

const HEADER = 'State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess';
const row = (queue: number, backlog: number, address = '0.0.0.0:8080', rest = ''): string =>
  `LISTEN ${queue}      ${backlog}          ${address}      0.0.0.0:*    ${rest}`;
const first = (...lines: string[]): string => [HEADER, ...lines, ''].join('\n');
const second = (peaks: readonly string[], ...lines: string[]): string =>
  ['looks 10', ...peaks, 'now', HEADER, ...lines, ''].join('\n');

const overflowing = (rate: number): ReturnType<typeof having> =>
  having({ counters: { listen_overflows_per_s: rate } });

function factsOf(
  one: string | null,
  two: string | null,
  rate = 5,
  name = '0.0.0.0:8080',
): Record<string, unknown> {
  const all = flat(listeners, one, two, overflowing(rate)) ?? {};
  const suffix = `[${name}]`;
  return Object.fromEntries(
    Object.entries(all).flatMap(([fact, value]) =>
      fact.endsWith(suffix) ? [[fact.slice('listener.'.length, -suffix.length), value]] : [],
    ),
  );
}

const unit = (cgroup: string): unknown =>
  factsOf(first(row(0, 128, '0.0.0.0:8080', `ino:7 sk:1 cgroup:${cgroup} <->`)), null)['restart_hint'];

const listing = (...lines: string[]): string => ['looked 8080', ...lines].join('\n');
const waiting = (ports: string): string => listing(`waiting 10.0.0.1:8080 10.0.0.2 ${ports}`);
const both = (one: string, two: string): Record<string, unknown> =>
  factsOf(first(row(17, 16), one), second([], row(17, 16), two));

const dropped = (queue: number, drops: number, address?: string): string =>
  `${row(queue, 16, address, 'ino:7 sk:1 <->')}\n\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d${drops})`;
/** Thirty overflows a second in ten seconds. */
const flatly = (one: string[], two: string[]): Record<string, unknown> =>
  flat(
    listeners,
    first(...one),
    second([], ...two),
    having({ counters: { listen_overflows_per_s: 30 }, run: { window_s: 10 } }),
  ) ?? {};

describe('listeners', () => {
  it('are told by both samples and what was seen between them', () => {
    expect(factsOf(first(row(2, 128)), second(['peak 0.0.0.0:8080 129 128'], row(7, 128)))).toEqual({
      address: '0.0.0.0',
      port: 8080,
      sockets: 1,
      backlog: 128,
      queue: 7,
      queue_first: 2,
      queue_peak: 129,
      fill_ratio: 1.0078,
      overflows_per_s: 5,
    });
  });

  it.each([
    ['first', first(row(100, 128)), second([], row(0, 128)), 100],
    ['second', first(row(0, 128)), second([], row(101, 128)), 101],
    ['between', first(row(0, 128)), second(['peak 0.0.0.0:8080 102 128'], row(0, 128)), 102],
    ['nowhere', first(row(0, 128)), second([], row(0, 128)), 0],
  ])('peak: %s', (_, one, two, peak) => {
    expect(factsOf(one, two)).toMatchObject({ queue_peak: peak });
  });

  it('of the first sample alone claim no peak and no overflow', () => {
    expect(factsOf(first(row(129, 128)), null)).toEqual({
      address: '0.0.0.0',
      port: 8080,
      sockets: 1,
      backlog: 128,
      queue_first: 129,
    });
  });

  it('of the second alone know all but the first queue', () => {
    expect(factsOf(null, second([], row(3, 128)))).toMatchObject({ queue: 3, queue_peak: 3 });
    expect(factsOf(null, second([], row(3, 128)))).not.toHaveProperty('queue_first');
  });

  it('get the overflows that their queue explains', () => {
    const calm = row(0, 128, '0.0.0.0:22');
    const one = first(row(17, 16), calm);
    const two = second([], row(17, 16), calm);
    expect(factsOf(one, two, 30)).toMatchObject({ overflows_per_s: 30 });
    expect(factsOf(one, two, 30, '0.0.0.0:22')).toMatchObject({ overflows_per_s: 0 });
    // Nobody overflowed: then nobody did.
    expect(factsOf(one, two, 0)).toMatchObject({ overflows_per_s: 0 });
    // Something overflowed and no queue was seen full: nobody knows whose.
    expect(factsOf(first(calm), second([], calm), 30, '0.0.0.0:22')).not.toHaveProperty('overflows_per_s');
    // No rate, no claim.
    expect(flat(listeners, one, two)).not.toHaveProperty('listener.overflows_per_s[0.0.0.0:8080]');
  });

  it('get the overflows that the kernel says they dropped', () => {
    expect(factsOf(first(dropped(0, 5)), second([], dropped(0, 5)), 30)).not.toHaveProperty('drops_per_s');

    // The only one that dropped has all of them, though its queue was never seen full.
    expect(
      flatly([dropped(0, 100), dropped(0, 7, '0.0.0.0:22')], [dropped(0, 390), dropped(0, 7, '0.0.0.0:22')]),
    ).toMatchObject({
      'listener.drops_per_s[0.0.0.0:8080]': 29,
      'listener.overflows_per_s[0.0.0.0:8080]': 30,
      'listener.overflows_per_s[0.0.0.0:22]': 0,
    });
    // Two that dropped have no more than they dropped.
    expect(
      flatly([dropped(0, 0), dropped(0, 0, '0.0.0.0:22')], [dropped(0, 250), dropped(0, 50, '0.0.0.0:22')]),
    ).toMatchObject({
      'listener.overflows_per_s[0.0.0.0:8080]': 25,
      'listener.overflows_per_s[0.0.0.0:22]': 5,
    });
    // Nobody dropped in what we saw: then the full one has them.
    expect(flatly([dropped(17, 5)], [dropped(17, 5)])).toMatchObject({
      'listener.overflows_per_s[0.0.0.0:8080]': 30,
    });
    // Sockets of one address drop together.
    expect(flatly([dropped(0, 10), dropped(3, 20)], [dropped(0, 60), dropped(3, 70)])).toMatchObject({
      'listener.drops_per_s[0.0.0.0:8080]': 10,
    });
    // A counter that went backwards belongs to another socket.
    expect(flatly([dropped(0, 100)], [dropped(0, 5)])).not.toHaveProperty(
      'listener.drops_per_s[0.0.0.0:8080]',
    );
  });

  it.each([
    [13, 16, true],
    [12, 16, false],
    [1, 1, true],
    [1, 0, true],
    [0, 0, false],
    [103, 128, true],
    [102, 128, false],
  ])('a queue of %i on a backlog of %i: full %s', (queue, backlog, full) => {
    const facts = factsOf(
      first(row(queue, backlog)),
      second([], row(queue, backlog), row(50, 50, '0.0.0.0:1')),
      30,
    );
    expect(facts['overflows_per_s']).toBe(full ? 30 : 0);
  });

  it('that share an address are told by the fullest', () => {
    const shared = [row(0, 128), row(90, 128), row(3, 128)];
    expect(factsOf(first(...shared), second([], ...shared))).toMatchObject({
      sockets: 3,
      queue: 90,
      backlog: 128,
    });
  });

  it('name the unit of their socket', () => {
    expect(unit('/system.slice/nginx.service')).toBe('nginx.service');
    expect(unit('/system.slice/system-getty.slice/getty@tty1.service')).toBe('getty@tty1.service');
    expect(unit('/user.slice/user-1000.slice/user@1000.service/app.slice/web.service')).toBe('web.service');
    expect(unit('/user.slice/user-1000.slice/user@1000.service/app.slice/run-7.scope')).toBeUndefined();
    expect(unit('/user.slice/user-1000.slice/session-3.scope')).toBeUndefined();
    expect(unit('/system.slice/docker-0123abcd.scope')).toBeUndefined();
    expect(unit('/')).toBeUndefined();
    expect(unit('unreachable:1')).toBeUndefined();
    expect(unit('/system.slice/a;rm -rf.service')).toBeUndefined();
  });

  it('are understood as every ss prints them', () => {
    const old =
      'State      Recv-Q Send-Q        Local Address:Port          Peer Address:Port\nLISTEN     5      4                      :::8443                    :::*\n';
    expect(factsOf(old, null, 0, '[::]:8443')).toMatchObject({ queue_first: 5, backlog: 4 });
    const glued =
      'StateRecv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN5      4            0.0.0.0:8080        0.0.0.0:*\n';
    expect(factsOf(glued, null)).toMatchObject({ queue_first: 5, backlog: 4 });
    const stateless = 'Recv-Q Send-Q Local Address:Port Peer Address:Port\n5      4      *:8080    *:*\n';
    expect(factsOf(stateless, null, 0, '*:8080')).toMatchObject({ queue_first: 5, backlog: 4 });
  });

  it('a host may have none', () => {
    expect(flat(listeners, `${HEADER}\n`, second([]))).toEqual({ 'sockets.loopback_only_ports': 0 });
    expect(flat(listeners, '', 'looks 3\nnow\n')).toBeNull();
    expect(flat(listeners, 'Cannot open netlink socket\n', null)).toBeNull();
  });
});

describe('connections that wait', () => {
  it.each([
    ['all stayed', '4000 4001 4002', '4000 4001 4002', { waiting: 3, stayed_ratio: 1 }],
    ['none stayed', '4000 4001', '5000 5001 5002', { waiting: 3, stayed_ratio: 0 }],
    ['one of four stayed', '4000 4001 4002 4003', '4003 5000', { waiting: 2, stayed_ratio: 0.25 }],
  ])('%s', (_, one, two, expected) => {
    expect(both(waiting(one), waiting(two))).toMatchObject(expected);
  });

  it('that are all gone did not stay', () => {
    expect(both(waiting('4000'), listing())).toMatchObject({ waiting: 0, stayed_ratio: 0 });
  });

  it('cannot have stayed where nobody looked, or none waited', () => {
    expect(both(listing(), waiting('4000'))).not.toHaveProperty('stayed_ratio');
    expect(both('', waiting('4000'))).not.toHaveProperty('stayed_ratio');
    expect(both(waiting('4000'), '')).not.toHaveProperty('stayed_ratio');
    expect(both(waiting('4000'), '')).not.toHaveProperty('waiting');
  });

  it('belong to the listener of their address', () => {
    const list = listing('waiting 10.0.0.1:8080 10.0.0.2 4000 4001', 'waiting 10.0.0.9:8080 10.0.0.2 4000');
    for (const [address, count] of [
      ['10.0.0.1:8080', 2],
      ['10.0.0.9:8080', 1],
      ['0.0.0.0:8080', 3],
      ['*:8080', 3],
      ['10.0.0.3:8080', 0],
    ] as const) {
      const all = flat(
        listeners,
        first(row(17, 16, address), row(17, 16, '10.0.0.9:8080'), list),
        second([], row(17, 16, address), row(17, 16, '10.0.0.9:8080'), list),
      );
      expect(all?.[`listener.waiting[${address}]`]).toBe(count);
    }
  });

  it('in cut lists are compared only as far as both lists go', () => {
    // Both lists are sorted; of the second everything after 4001 is unknown.
    const facts = both(waiting('4000 4001 4005 4006'), `${waiting('4000 4001')}\ncut 8080`);
    expect(facts).toMatchObject({ stayed_ratio: 1 });
    expect(both(`${waiting('4000 4001')}\ncut 8080`, waiting('4001 4002 4003'))).toMatchObject({
      stayed_ratio: 0.5,
    });
    expect(both(waiting('4005'), `${waiting('4000')}\ncut 8080`)).not.toHaveProperty('stayed_ratio');
  });
});
