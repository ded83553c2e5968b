import type { PlaybookFile } from '../config/config.ts';
import { showProblem } from '../core/domain/yaml-source.ts';
import { loadPlaybooks } from '../core/playbook/load.ts';
import { counted } from './counted.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** `playbook lint`: every mistake of every file, with line and column; as JSON for editors and CI. */
export function lintPlaybooks(files: readonly PlaybookFile[], terminal: Terminal, json: boolean): number {
  const { playbooks, problems } = loadPlaybooks(files);
  if (json) {
    terminal.out(`${JSON.stringify({ playbooks: files.length, problems }, null, 2)}\n`);
    return problems.length === 0 ? EXIT.ok : EXIT.findings;
  }
  if (problems.length === 0) {
    terminal.out(`${counted(playbooks.length, 'playbook')}, no mistakes\n`);
    return EXIT.ok;
  }
  terminal.out(`${problems.map(showProblem).join('\n')}\n`);
  return EXIT.findings;
}
