import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWatchReader } from '../../../src/core/watch/watch-reader.ts';
import { MARK, NONCE, PRINTED } from './samples.ts';

const READ = {
  atCs: 271_012,
  counters: new Map([
    ['ActiveOpens', 1203],
    ['PassiveOpens', 88],
    ['EstabResets', 0],
    ['OutSegs', 40_112],
    ['RetransSegs', 12],
    ['OutRsts', 4],
    ['ListenOverflows', 390],
  ]),
  tally: { established: 19, timeWait: 199 },
  sockets: {
    states: new Map([
      ['ESTAB', 18],
      ['SYN-SENT', 0],
      ['SYN-RECV', 1],
      ['FIN-WAIT-1', 0],
      ['FIN-WAIT-2', 0],
      ['TIME-WAIT', 199],
      ['CLOSE-WAIT', 0],
      ['LAST-ACK', 0],
      ['CLOSING', 0],
    ]),
    inbound: [{ port: 8080, count: 17 }],
    outbound: [{ port: 5432, count: 1 }],
    queue: { port: 8080, waiting: 17, limit: 16 },
  },
};

describe('the output of a watch', () => {
  it('is read look by look, whatever a login shell prints before', () => {
    const reader = createWatchReader(NONCE);
    expect(reader.push(`Welcome!\nhalf a line\n${PRINTED}`)).toEqual([READ]);
    expect(reader.done).toBe(false);
    expect(reader.push(`${MARK}done\n`)).toEqual([]);
    expect(reader.done).toBe(true);
  });

  it('gives the same however it arrives', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(PRINTED.length * 2), { maxLength: 30 }), (cuts) => {
        const text = PRINTED + PRINTED;
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const reader = createWatchReader(NONCE);
        const ticks = places.flatMap((place, index) =>
          reader.push(text.slice(places[index - 1] ?? 0, place)),
        );
        expect(ticks).toEqual([READ, READ]);
      }),
    );
  });

  it('knows no sockets where the walk did not reach its end', () => {
    const [tick] = createWatchReader(NONCE).push(PRINTED.replace('walked\n', ''));
    expect(tick?.sockets).toBeNull();
    expect(tick?.tally).toEqual({ established: 19, timeWait: 199 });
  });

  it('leaves out what is not there or no number, and never takes it for none', () => {
    const odd = PRINTED.replace('ListenOverflows 390', 'ListenOverflows -1')
      .replace(/^count RetransSegs.*\n/m, '')
      .replace('tally tw 199', 'tally tw');
    const [tick] = createWatchReader(NONCE).push(odd);
    expect([tick?.counters.has('ListenOverflows'), tick?.counters.has('RetransSegs')]).toEqual([
      false,
      false,
    ]);
    expect(tick?.tally.timeWait).toBeUndefined();
  });

  it('takes nothing that carries another nonce', () => {
    const reader = createWatchReader('fedcba9876543210');
    expect(reader.push(`${PRINTED}${MARK}done\n`)).toEqual([]);
    expect(reader.done).toBe(false);
  });

  it('survives anything', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...PRINTED.split('\n'), `${MARK}begin`, `${MARK}begin x`, `${MARK}done`, `${MARK}end`),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const ticks = createWatchReader(NONCE).push(`${lines.join('\n')}\n`);
        for (const { atCs, counters, sockets } of ticks) {
          const figures = [atCs, ...counters.values(), ...(sockets?.states.values() ?? [])];
          expect(figures.every((figure) => Number.isFinite(figure) && figure >= 0)).toBe(true);
        }
      }),
    );
  });

  it('holds no more of an endless line than a line may have', () => {
    const reader = createWatchReader(NONCE);
    for (let turn = 0; turn < 200; turn += 1) reader.push('x'.repeat(100_000));
    expect(reader.push(`\n${PRINTED}`)).toEqual([READ]);
  });
});
