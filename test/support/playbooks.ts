import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { showProblem } from '../../src/core/domain/yaml-source.ts';
import { loadPlaybook, loadPlaybooks } from '../../src/core/playbook/load.ts';
import type { Playbook } from '../../src/core/playbook/playbook.ts';

export const PLAYBOOKS = resolve(import.meta.dirname, '../../playbooks');

/** The playbooks that come with the product, as files. */
export const shippedFiles = (): readonly { path: string; text: string }[] =>
  readdirSync(PLAYBOOKS)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({ path: join(PLAYBOOKS, name), text: readFileSync(join(PLAYBOOKS, name), 'utf8') }));

let loaded: readonly Playbook[] | undefined;

/** Read once a process: compiling them takes a quarter of a second, and nobody changes them. */
export function shippedPlaybooks(): readonly Playbook[] {
  loaded ??= loadShipped();
  return loaded;
}

function loadShipped(): readonly Playbook[] {
  const { playbooks, problems } = loadPlaybooks(shippedFiles());
  if (problems.length > 0) throw new Error(problems.map(showProblem).join('\n'));
  return playbooks;
}

/** A playbook with as little in it as possible; `more` replaces or adds fields, as YAML at the top level. */
export function smallPlaybook(more: string, id = 'small'): Playbook {
  const reading = loadPlaybook(smallYaml(more, id), `${id}.yaml`);
  if (reading.kind === 'problems') throw new Error(reading.problems.map(showProblem).join('\n'));
  return reading.playbook;
}

export function smallYaml(more: string, id = 'small'): string {
  const fields: Readonly<Record<string, string>> = {
    version: '1',
    title: '{en: Small, ko: 작은 것}',
    symptoms: '{en: [it is small], ko: [작아요]}',
    when: '"true"',
    severity: '{default: warning}',
    text: '{en: It is small., ko: 작습니다.}',
    sources: '[us]',
  };
  const given = new Set([...more.matchAll(/^([a-z_]+):/gm)].map((match) => match[1]));
  const rest = Object.entries(fields).flatMap(([name, value]) =>
    given.has(name) ? [] : [`${name}: ${value}`],
  );
  return [`id: ${id}`, ...rest, more, ''].join('\n');
}
