import { describe, expect, it } from 'vitest';
import { inspectServer } from '../../src/state/server-safety.ts';

const info = (policy: string, aof: string): string =>
  `# Memory\r\nused_memory:1\r\nmaxmemory_policy:${policy}\r\n# Persistence\r\naof_enabled:${aof}\r\n`;

describe('the safety of a server', () => {
  it.each([
    ['noeviction', '1', null, 0],
    ['noeviction', '0', null, 1],
    ['allkeys-lru', '1', 'may throw keys away: its maxmemory-policy is allkeys-lru, wanted is noeviction', 0],
    [
      'volatile-ttl',
      '0',
      'may throw keys away: its maxmemory-policy is volatile-ttl, wanted is noeviction',
      1,
    ],
  ])('with %s and AOF %s', (policy, aof, unsafe, warnings) => {
    const safety = inspectServer(info(policy, aof));
    expect(safety.unsafe).toBe(unsafe);
    expect(safety.warnings).toHaveLength(warnings);
  });

  it('only warns when INFO does not tell the policy', () => {
    expect(inspectServer('redis_version:7.0.15\n')).toEqual({
      unsafe: null,
      warnings: [expect.stringContaining('eviction policy')],
    });
  });
});
