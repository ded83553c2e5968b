import { readYaml, type Locate, type SourceProblem } from '../domain/yaml-source.ts';
import { compilePlaybook } from './compile.ts';
import { explainingCycle } from './explaining.ts';
import type { Playbook } from './playbook.ts';
import { playbookSchema } from './schema.ts';

export type PlaybookReading =
  | { readonly kind: 'playbook'; readonly playbook: Playbook }
  | { readonly kind: 'problems'; readonly problems: readonly SourceProblem[] };

/** Reads one playbook; every mistake comes with its line and column. */
export function loadPlaybook(text: string, path: string): PlaybookReading {
  const loaded = load(text, path);
  return loaded.kind === 'loaded' ? { kind: 'playbook', playbook: loaded.playbook } : loaded;
}

interface Loaded {
  readonly kind: 'loaded';
  readonly playbook: Playbook;
  readonly locate: Locate;
}

function load(text: string, path: string): Loaded | Extract<PlaybookReading, { kind: 'problems' }> {
  const reading = readYaml({ path, text }, playbookSchema);
  if (reading.kind === 'wrong') return { kind: 'problems', problems: reading.problems };
  const { playbook, problems } = compilePlaybook(reading.value, { ...reading, path });
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'loaded', playbook, locate: reading.locate };
}

/** Reads playbooks that are used together, and checks the names they call each other by. */
export function loadPlaybooks(files: readonly { readonly path: string; readonly text: string }[]): {
  readonly playbooks: readonly Playbook[];
  readonly problems: readonly SourceProblem[];
} {
  const results = files.map(({ path, text }) => load(text, path));
  const loaded = results.filter((result) => result.kind === 'loaded');
  const problems = results.flatMap((result) => (result.kind === 'problems' ? result.problems : []));
  // With a file missing from the set, names that point to it would be called wrong too.
  const named = problems.length > 0 ? duplicates(loaded) : [...duplicates(loaded), ...strayNames(loaded)];
  return { playbooks: loaded.map(({ playbook }) => playbook), problems: [...problems, ...named] };
}

function duplicates(loaded: readonly Loaded[]): readonly SourceProblem[] {
  const first = new Map<string, string>();
  return loaded.flatMap(({ playbook, locate }) => {
    const other = first.get(playbook.id);
    if (other === undefined) first.set(playbook.id, playbook.path);
    return other === undefined
      ? []
      : [{ path: playbook.path, ...locate(['id']), message: `"${playbook.id}" is in ${other} already` }];
  });
}

function strayNames(loaded: readonly Loaded[]): readonly SourceProblem[] {
  const byId = new Map(loaded.map(({ playbook }) => [playbook.id, playbook]));
  const stray = loaded.flatMap(({ playbook, locate }) =>
    playbook.explains.flatMap((consequence, at) => {
      const message = strayName(byId.get(consequence.playbook), consequence);
      return message === null ? [] : [{ path: playbook.path, ...locate(['explains', at]), message }];
    }),
  );
  const cycle = explainingCycle(loaded.map(({ playbook }) => playbook));
  const start = loaded.find(({ playbook }) => playbook.id === cycle?.[0]);
  if (cycle === null || start === undefined) return stray;
  const message = `these explain each other in a circle: ${cycle.join(' -> ')}`;
  return [...stray, { path: start.playbook.path, ...start.locate(['explains']), message }];
}

function strayName(
  playbook: Playbook | undefined,
  { playbook: id, cause }: Playbook['explains'][number],
): string | null {
  if (playbook === undefined) return `there is no playbook "${id}"`;
  if (cause === null || playbook.causes.some((known) => known.id === cause)) return null;
  return `the playbook "${id}" has no cause "${cause}"`;
}
