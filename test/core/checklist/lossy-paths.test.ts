import { describe, expect, it } from 'vitest';
import { lossyPaths } from '../../../src/core/checklist/lossy-paths.ts';

const service = (peer: string, segments: number, ratio: number, minRttMs = 0.1) => ({
  send_peer: peer,
  send_segments: segments,
  send_retrans_ratio: ratio,
  send_min_rtt_ms: minRttMs,
  send_congestion: 'cubic',
});

describe('lossy paths', () => {
  it('tells how many services lose, and of the worst how far it is', () => {
    const services = [
      service('10.0.0.1:443', 5000, 0.02, 3),
      service('10.0.0.2:443', 200, 0.08, 42),
      service('10.0.0.3:443', 9000, 0.0099),
      service('10.0.0.4:443', 9000, 0),
    ];
    expect(lossyPaths(services)).toEqual({
      lossy_services: 2,
      clean_services: 2,
      lossy_peer: '10.0.0.2:443',
      lossy_peer_ratio: 0.08,
      lossy_min_rtt_ms: 42,
      lossy_congestion: 'cubic',
    });
  });

  it('leaves out what sent too little, and names nobody where nobody loses', () => {
    expect(lossyPaths([service('10.0.0.1:443', 49, 1), {}])).toEqual({});
    expect(lossyPaths([service('10.0.0.1:443', 50, 0), service('10.0.0.2:443', 2, 1)])).toEqual({
      lossy_services: 0,
      clean_services: 1,
      lossy_peer: undefined,
      lossy_peer_ratio: undefined,
      lossy_min_rtt_ms: undefined,
      lossy_congestion: undefined,
    });
  });
});
