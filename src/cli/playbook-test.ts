import { dirname, resolve } from 'node:path';
import type { PlaybookFile } from '../config/config.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import { showProblem } from '../core/domain/yaml-source.ts';
import { diagnoseCapture } from '../core/playbook/diagnose.ts';
import { brokenPromises } from '../core/playbook/keep-promise.ts';
import { loadPlaybooks } from '../core/playbook/load.ts';
import type { Playbook, PlaybookTest } from '../core/playbook/playbook.ts';
import { readCaptureFolder } from '../host/capture-folder.ts';
import { counted } from './counted.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** The playbooks whose tests are run, and those they stand beside in production. */
export interface PlaybookTestFiles {
  readonly named: readonly PlaybookFile[];
  readonly beside: readonly PlaybookFile[];
}

/** `playbook test`: holds each playbook against the recorded hosts under its `tests:`. */
export function testPlaybooks({ named, beside }: PlaybookTestFiles, terminal: Terminal): number {
  const paths = new Set(named.map(({ path }) => path));
  const { playbooks, problems } = loadPlaybooks([...named, ...beside.filter(({ path }) => !paths.has(path))]);
  if (problems.length > 0) {
    terminal.out(`${problems.map(showProblem).join('\n')}\n`);
    return EXIT.findings;
  }
  const results = playbooks
    .filter(({ path }) => paths.has(path))
    .flatMap((playbook) =>
      playbook.tests.map((test) => ({ playbook, wrong: tryOne(playbook, test, playbooks) })),
    );
  const failed = results.flatMap(({ wrong }) => wrong);
  const tested = new Set(results.map(({ playbook }) => playbook.id)).size;
  for (const line of failed) terminal.out(`${line}\n`);
  const without = paths.size - tested;
  const failures = results.filter(({ wrong }) => wrong.length > 0).length;
  terminal.out(
    `${counted(results.length, 'test')} of ${counted(tested, 'playbook')}, ${failures} failed` +
      `${without === 0 ? '' : `; without a test: ${counted(without, 'playbook')}`}\n`,
  );
  return failed.length === 0 ? EXIT.ok : EXIT.findings;
}

function tryOne(playbook: Playbook, test: PlaybookTest, playbooks: readonly Playbook[]): readonly string[] {
  const dir = resolve(dirname(playbook.path), test.capture);
  const where = `${playbook.path}: ${test.capture}`;
  try {
    const { findings } = diagnoseCapture(readCaptureFolder(dir), playbooks);
    return brokenPromises(test, playbook.id, findings).map((wrong) => `${where}: ${wrong}`);
  } catch (error) {
    if (!(error instanceof TcpcheckError)) throw error;
    return [`${where}: ${error.message}`];
  }
}
