import type { FactGroup } from '../domain/facts.ts';
import type { Evidence, Finding } from '../domain/report.ts';
import type { Playbook } from './playbook.ts';

/** A number that the configuration puts in the place of a playbook's own, and where it says so. */
export interface ThresholdOverride {
  readonly value: number;
  readonly from: { readonly kind: 'group' | 'host'; readonly name: string };
}

/** Playbook id -> name of the threshold -> what one host has instead. */
export type ThresholdOverrides = ReadonlyMap<string, ReadonlyMap<string, ThresholdOverride>>;

export const NO_OVERRIDES: ThresholdOverrides = new Map();

/** The playbook's thresholds as they hold for one host. */
export function thresholdsFor({ id, thresholds }: Playbook, overrides: ThresholdOverrides): FactGroup {
  const own = overrides.get(id);
  if (own === undefined) return thresholds;
  return { ...thresholds, ...Object.fromEntries([...own].map(([name, { value }]) => [name, value])) };
}

/** A finding that other numbers have made, or cleared, says which and whose they are. */
export function withOverrides(finding: Finding, playbook: Playbook, overrides: ThresholdOverrides): Finding {
  const own = overrides.get(playbook.id);
  if (own === undefined || finding.status === 'unknown') return finding;
  const told = [...own].map(([name, override]) => evidenceOf(name, playbook.thresholds[name], override));
  return { ...finding, evidence: [...finding.evidence, ...told] };
}

const KIND_WORDS = { group: { en: 'group', ko: '그룹' }, host: { en: 'host', ko: '호스트' } } as const;

function evidenceOf(
  name: string,
  shipped: FactGroup[string] | undefined,
  { value, from }: ThresholdOverride,
): Evidence {
  const kind = KIND_WORDS[from.kind];
  return {
    fact: `thresholds.${name}`,
    value,
    text: {
      en: `The threshold "${name}" is ${value} here (${kind.en} ${from.name} in tcpcheck.yaml); the playbook has ${shipped}`,
      ko: `여기서 쓰는 기준값 "${name}": ${value}(tcpcheck.yaml의 ${kind.ko} ${from.name}). 플레이북의 값: ${shipped}`,
    },
    command: '',
  };
}
