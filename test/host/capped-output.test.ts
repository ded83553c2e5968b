import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CappedOutput } from '../../src/host/capped-output.ts';

describe('CappedOutput', () => {
  it('keeps exactly the first bytes, however they are cut into chunks', () => {
    const chunk = fc.uint8Array({ maxLength: 40_000 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 10 }), fc.nat(100_000), (chunks, limitBytes) => {
        const all = Buffer.concat(chunks);
        const output = new CappedOutput(limitBytes);
        const kept = Buffer.concat(chunks.map((each) => output.push(each)));
        expect(output.bytes().equals(all.subarray(0, limitBytes))).toBe(true);
        expect(kept.equals(output.bytes())).toBe(true);
        expect(output.discardedBytes).toBe(Math.max(0, all.length - limitBytes));
        expect(output.truncated).toBe(all.length > limitBytes);
      }),
    );
  });

  it('holds little memory for a peer that sends single bytes', () => {
    const output = new CappedOutput(1024 * 1024);
    const socketBuffer = Buffer.alloc(64 * 1024, 1);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 200_000; i += 1) output.push(socketBuffer.subarray(i % 1024, (i % 1024) + 1));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
    expect(output.bytes().length).toBe(200_000);
  });
});
