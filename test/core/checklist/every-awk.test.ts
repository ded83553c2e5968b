import * as fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listeners } from '../../../src/core/checklist/checks/listeners.ts';
import { socketsByDestination } from '../../../src/core/checklist/checks/sockets-by-destination.ts';
import { needs } from '../../support/machine.ts';
import { blows, damaged } from './damage.ts';
import { feed } from './look.ts';
import { AWKS, GLUED, MODERN, OLD, placeSs, writeSs, type Awk, type OtherSs } from './other-ss.ts';

/** Each costs some thirty processes. */
const TRIES = 6;
const SCRIPTS = [listeners, socketsByDestination];

/** Damage that text can suffer; how an awk reads a NUL or a number of another notation is its own affair. */
const plain = blows.map((all) =>
  all.filter(({ what }) => /^[\w :.*-]*$/.test(what) && !/0x|nan|inf|1e/i.test(what)),
);

const gate = needs(...AWKS);
describe.skipIf(gate.skip)(`damaged output of ss ${gate.reason}`, () => {
  let dir = '';
  const bins = new Map<Awk, string>();
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tcpcheck-awk-'));
    for (const awk of AWKS) bins.set(awk, await placeSs(dir, MODERN, awk));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  /** Lines in any order, since each awk walks its tables its own way. */
  const printed = async (awk: Awk, ss: OtherSs): Promise<readonly string[]> => {
    const bin = bins.get(awk) ?? '';
    await writeSs(bin, ss);
    const env = { PATH: `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`, TC_SAMPLE: '1', TC_INPUT: '', LC_ALL: 'C' };
    const outputs: string[] = [];
    for (const { script } of SCRIPTS) {
      const { output, exit } = await feed(['sh', '-c', script], '', env);
      outputs.push(`exit ${exit}`, ...output.split('\n').sort());
    }
    return outputs;
  };

  it('is counted alike by every awk', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(MODERN, OLD, GLUED), plain, async (ss, all) => {
        const broken: OtherSs = {
          listening: damaged(ss.listening, all),
          all: damaged(ss.all, all),
          ofPorts: damaged(ss.ofPorts ?? '', all),
        };
        const [first, ...others] = await Promise.all(AWKS.map((awk) => printed(awk, broken)));
        for (const other of others) expect(other).toEqual(first);
      }),
      { numRuns: TRIES },
    );
  }, 120_000);
});
