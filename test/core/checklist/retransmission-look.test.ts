import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retransmissions } from '../../../src/core/checklist/retransmission-look.ts';

interface Rates {
  readonly sent?: number;
  readonly again?: number;
  readonly requests?: number;
  readonly needless?: number;
}

const look = ({ sent, again, requests, needless }: Rates) =>
  retransmissions(
    (name) =>
      ({
        'Tcp OutSegs': sent,
        'Tcp RetransSegs': again,
        'TcpExt TCPSynRetrans': requests,
        'TcpExt TCPDSACKRecv': needless,
      })[name],
  );

describe('retransmissions', () => {
  it('are told apart: requests, what had arrived already, what was lost', () => {
    expect(look({ sent: 1000, again: 100, requests: 20, needless: 30 })).toEqual({
      retrans_ratio: 0.1,
      data_retrans_per_s: 80,
      lost_ratio: 0.05,
      syn_retrans_ratio: 0.2,
      needless_retrans_ratio: 0.375,
    });
  });

  it('none at all is none of each', () => {
    expect(look({ sent: 1000, again: 0, requests: 0, needless: 0 })).toEqual({
      retrans_ratio: 0,
      data_retrans_per_s: 0,
      lost_ratio: 0,
      syn_retrans_ratio: 0,
      needless_retrans_ratio: 0,
    });
  });

  it('a kernel that does not count one of them leaves open what depends on it', () => {
    expect(look({ sent: 1000, again: 10, needless: 0 })).toEqual({
      retrans_ratio: 0.01,
      data_retrans_per_s: undefined,
      lost_ratio: undefined,
      syn_retrans_ratio: undefined,
      needless_retrans_ratio: undefined,
    });
    expect(look({ sent: 0, again: 3, requests: 0, needless: 0 })).toMatchObject({
      retrans_ratio: undefined,
      lost_ratio: undefined,
    });
  });

  it('shares never leave 0 to 1, whatever is ahead of what', () => {
    const rate = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(rate, rate, rate, rate, (sent, again, requests, needless) => {
        const {
          syn_retrans_ratio = 0,
          needless_retrans_ratio = 0,
          lost_ratio = 0,
        } = look({
          sent,
          again,
          requests,
          needless,
        });
        const shares = [Number(syn_retrans_ratio), Number(needless_retrans_ratio)];
        expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
        expect(Number(lost_ratio)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
