import type { SourceProblem } from '../domain/yaml-source.ts';
import { findSysctl } from '../sysctl/catalogue.ts';
import { declareFacts } from './declarations.ts';
import {
  refuseOffer,
  refuseValue,
  pieceCompiler,
  type Path,
  type PieceCompiler,
  type SourceMap,
} from './piece-compiler.ts';
import type {
  Cause,
  Consequence,
  EvidenceSpec,
  FixSpec,
  NotAdvisedSpec,
  Playbook,
  SysctlWish,
  Verify,
} from './playbook.ts';
import type { CauseYaml, EvidenceYaml, FixYaml, NotAdvisedYaml, PlaybookYaml, SysctlYaml } from './schema.ts';

/** Checks what the schema cannot see (facts, conditions, settings) and makes the playbook ready to run. */
export function compilePlaybook(
  yaml: PlaybookYaml,
  source: SourceMap,
): { readonly playbook: Playbook; readonly problems: readonly SourceProblem[] } {
  const problems: SourceProblem[] = [];
  const thresholds = Object.keys(yaml.thresholds);
  const pieces = pieceCompiler(declareFacts(yaml.for_each, thresholds), source, problems);
  const { warning, critical } = yaml.severity;
  const playbook: Playbook = {
    path: source.path,
    id: yaml.id,
    version: yaml.version,
    title: yaml.title,
    symptoms: yaml.symptoms,
    forEach: yaml.for_each,
    marks: yaml.marks,
    requires: yaml.requires.map((name, at) => pieces.fact(name, ['requires', at])),
    windowMinMs: durationMs(yaml.window_min),
    thresholds: Object.fromEntries(Object.entries(yaml.thresholds).map(([name, { value }]) => [name, value])),
    when: pieces.condition(yaml.when, ['when']),
    severity: {
      usual: yaml.severity.default,
      warning: warning === undefined ? null : pieces.condition(warning, ['severity', 'warning']),
      critical: critical === undefined ? null : pieces.condition(critical, ['severity', 'critical']),
    },
    text: pieces.text(yaml.text, ['text']),
    evidence: yaml.evidence.map((item, at) => evidenceSpec(item, ['evidence', at], pieces)),
    causes: yaml.causes.map((cause, at) => causeOf(cause, ['causes', at], pieces)),
    fix: fixSpec(yaml.fix, ['fix'], pieces),
    notAdvised: notAdvised(yaml.not_advised, ['not_advised'], pieces),
    unplaced: unplacedOf(yaml, source, problems),
    cleared: clearedOf(yaml, source, problems),
    explains: yaml.explains.map(consequence),
    verify: yaml.verify === undefined ? null : verifyOf(yaml.verify, pieces),
    sources: yaml.sources,
    tests: yaml.tests,
  };
  checkNames(yaml, pieces);
  return { playbook, problems };
}

function causeOf(yaml: CauseYaml, path: Path, pieces: PieceCompiler): Cause {
  return {
    id: yaml.id,
    title: yaml.title ?? null,
    when: pieces.condition(yaml.when, [...path, 'when']),
    text: pieces.text(yaml.text, [...path, 'text']),
    marks: yaml.marks,
    evidence: yaml.evidence.map((item, at) => evidenceSpec(item, [...path, 'evidence', at], pieces)),
    fix: yaml.fix === undefined ? null : fixSpec(yaml.fix, [...path, 'fix'], pieces),
  };
}

function evidenceSpec(yaml: EvidenceYaml, path: Path, pieces: PieceCompiler): EvidenceSpec {
  return {
    fact: pieces.fact(yaml.fact, [...path, 'fact']),
    when: yaml.when === undefined ? null : pieces.condition(yaml.when, [...path, 'when']),
    text: pieces.text(yaml.text, [...path, 'text']),
    command: pieces.command(yaml.command, [...path, 'command']),
  };
}

function fixSpec(yaml: FixYaml | undefined, path: Path, pieces: PieceCompiler): FixSpec {
  if (yaml === undefined) return { application: [], sysctl: [], notAdvised: [] };
  return {
    application: yaml.application.map(({ when, text, samples }, at) => ({
      when: when === undefined ? null : pieces.condition(when, [...path, 'application', at, 'when']),
      text: pieces.text(text, [...path, 'application', at, 'text']),
      samples,
    })),
    sysctl: yaml.sysctl.map((setting, at) => wish(setting, [...path, 'sysctl', at], pieces)),
    notAdvised: notAdvised(yaml.not_advised, [...path, 'not_advised'], pieces),
  };
}

function notAdvised(yaml: NotAdvisedYaml, path: Path, pieces: PieceCompiler): readonly NotAdvisedSpec[] {
  return yaml.map(({ key, when, why }, at) => {
    if (findSysctl(key) === undefined) {
      pieces.problem([...path, at, 'key'], `${key} is not in the catalogue of settings`);
    }
    return {
      key,
      when: when === undefined ? null : pieces.condition(when, [...path, at, 'when']),
      why: pieces.text(why, [...path, at, 'why']),
    };
  });
}

function wish(yaml: SysctlYaml, path: Path, pieces: PieceCompiler): SysctlWish {
  const { key, to_at_least: atLeast } = yaml;
  const values: readonly (readonly [Path, string])[] =
    atLeast === undefined
      ? [[['to'], String(yaml.to)]]
      : [
          [['to_at_least', 'min'], String(atLeast.min)],
          [['to_at_least', 'max'], String(atLeast.max)],
        ];
  const refused = refuseOffer(key);
  if (refused !== null) pieces.problem([...path, 'key'], refused);
  for (const [where, value] of refused === null ? values : []) {
    const problem = refuseValue(key, value);
    if (problem !== null) pieces.problem([...path, ...where], problem);
  }
  return {
    key,
    target:
      atLeast === undefined
        ? { kind: 'literal', value: String(yaml.to) }
        : {
            kind: 'calculated',
            value: pieces.calculation(atLeast.value, [...path, 'to_at_least', 'value']),
            min: atLeast.min,
            max: atLeast.max,
          },
    onlyIf: yaml.only_if.map(({ that, otherwise }, at) => ({
      that: pieces.condition(that, [...path, 'only_if', at, 'that']),
      otherwise: pieces.text(otherwise, [...path, 'only_if', at, 'otherwise']),
    })),
    why: pieces.text(yaml.why, [...path, 'why']),
  };
}

/** Said when there is no subject, so it may name only facts of the host. */
function unplacedOf(yaml: PlaybookYaml, source: SourceMap, problems: SourceProblem[]): Playbook['unplaced'] {
  if (yaml.unplaced === undefined) return null;
  const pieces = pieceCompiler(declareFacts('none', Object.keys(yaml.thresholds)), source, problems);
  if (yaml.for_each === 'none') pieces.problem(['unplaced'], 'makes sense only with for_each');
  const { when, text, evidence } = yaml.unplaced;
  return {
    when: pieces.condition(when, ['unplaced', 'when']),
    text: pieces.text(text, ['unplaced', 'text']),
    evidence: evidence.map((item, at) => evidenceSpec(item, ['unplaced', 'evidence', at], pieces)),
  };
}

/** Said of all subjects together, so it may name only facts of the host. */
function clearedOf(yaml: PlaybookYaml, source: SourceMap, problems: SourceProblem[]): Playbook['cleared'] {
  if (yaml.cleared === undefined) return null;
  const pieces = pieceCompiler(declareFacts('none', Object.keys(yaml.thresholds)), source, problems);
  return pieces.text(yaml.cleared, ['cleared']);
}

function verifyOf(yaml: NonNullable<PlaybookYaml['verify']>, pieces: PieceCompiler): Verify {
  const { volume } = yaml;
  return {
    windowMs: durationMs(yaml.window),
    facts: yaml.facts.map(({ fact, wanted }, at) => ({
      fact: pieces.fact(fact, ['verify', 'facts', at, 'fact']),
      wanted,
    })),
    volume:
      volume === undefined
        ? null
        : { fact: pieces.fact(volume.fact, ['verify', 'volume', 'fact']), atLeast: volume.at_least },
  };
}

function checkNames(yaml: PlaybookYaml, pieces: PieceCompiler): void {
  const seen = new Set<string>();
  for (const [at, { id }] of yaml.causes.entries()) {
    if (seen.has(id)) pieces.problem(['causes', at, 'id'], `there is a cause "${id}" already`);
    seen.add(id);
  }
  for (const [at, { expect }] of yaml.tests.entries()) {
    if (expect.cause !== undefined && !seen.has(expect.cause)) {
      pieces.problem(['tests', at, 'expect', 'cause'], `there is no cause "${expect.cause}"`);
    }
  }
}

function consequence(written: string): Consequence {
  const [playbook = '', cause] = written.split('/');
  return { playbook, cause: cause ?? null };
}

const MS_PER: Readonly<Record<string, number>> = { s: 1000, m: 60_000 };

/** The schema has let `10s`-like texts through only. */
const durationMs = (text: string): number => Number(text.slice(0, -1)) * (MS_PER[text.slice(-1)] ?? 0);
