import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { composeScript } from '../../../src/core/checklist/compose-script.ts';
import { readFacts, type Reading } from '../../../src/core/checklist/read-facts.ts';
import type { Capture } from '../../../src/core/domain/capture.ts';
import { feed, newNonce, toCapture } from './look.ts';
import { ASKED_WITH, placeSs, type Awk, type OtherSs } from './other-ss.ts';

/** Runs the checklist's ss checks on this machine with another ss; its awk reads what that one prints. */
export async function lookWithSs(
  dir: string,
  name: string,
  ss: OtherSs,
  awk: Awk = 'mawk',
): Promise<Reading & { capture: Capture; filters: readonly string[] }> {
  const bin = await placeSs(dir, ss, awk);
  const nonce = newNonce();
  const PATH = `${bin}:/usr/sbin:/usr/bin:/sbin:/bin`;
  const { output } = await feed(['sh', '-s'], composeScript({ checks: CHECKLIST, windowS: 1, nonce }), {
    PATH,
  });
  const capture = toCapture(name, 1, { nonce, output });
  const asked = await readFile(join(bin, ASKED_WITH), 'utf8');
  return { ...readFacts(capture), capture, filters: asked.split('\n').filter((line) => line !== '') };
}
