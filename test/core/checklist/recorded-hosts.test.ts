import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firstLook } from '../../../src/core/checklist/first-look.ts';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import { EXPECTED } from './expected.ts';
import { CAPTURES_DIR, readCapture } from './look.ts';

const folders = readdirSync(CAPTURES_DIR);

describe('recorded hosts', () => {
  it.each(Object.entries(EXPECTED))('%s', async (name, expected) => {
    const recorded = folders.filter((folder) => folder.startsWith(`${name}-linux-`));
    expect(recorded.length).toBeGreaterThan(0);
    for (const folder of recorded) {
      const capture = await readCapture(folder);
      const first = firstLook(capture.sections.filter(({ sample }) => sample === 1));
      expected({ reading: readFacts(capture), first });
      // The same capture always says the same.
      expect(readFacts(capture)).toEqual(readFacts(await readCapture(folder)));
    }
  });

  it('tell nothing of the machine they were recorded on', async () => {
    for (const folder of folders) {
      const { host, sections } = await readCapture(folder);
      expect(host).toBe('recorded');
      expect(sections.map(({ text }) => text).join('\n')).not.toMatch(/\/(home|root|work|tmp)\/|hostname/);
    }
  });

  it('are read in less than five milliseconds each', async () => {
    const captures = await Promise.all(folders.map(readCapture));
    for (const capture of captures) readFacts(capture);
    // Processor time: what the code needs, whatever else the machine does.
    const started = process.cpuUsage();
    for (const capture of captures) readFacts(capture);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000 / captures.length).toBeLessThan(5);
  });
});
