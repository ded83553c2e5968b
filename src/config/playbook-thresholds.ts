import { loadPlaybooks } from '../core/playbook/load.ts';
import type { Playbook } from '../core/playbook/playbook.ts';
import type { ThresholdOverride, ThresholdOverrides } from '../core/playbook/threshold-overrides.ts';
import type { PlaybookFile } from './config.ts';
import { unknown } from './nearest-names.ts';
import type { RawConfig } from './schema.ts';

/** Reports one mistake at its place in tcpcheck.yaml. */
type Add = (where: readonly PropertyKey[], message: string) => void;

type Written = RawConfig['playbook_thresholds']['groups'];
type Level = 'groups' | 'hosts';

/** Somebody who writes 70 for 70 % would switch the playbook off without a word. */
const SLIP_FACTOR = 50;

/** What each host has instead of the playbooks' own thresholds; a host's own word goes before its groups'. */
export function resolveThresholds(
  raw: RawConfig,
  files: readonly PlaybookFile[],
  add: Add,
): ReadonlyMap<string, ThresholdOverrides> {
  const { groups, hosts } = raw.playbook_thresholds;
  if (Object.keys(groups).length + Object.keys(hosts).length === 0) return new Map();
  const inventory = Object.entries(raw.hosts);
  checkPlaces('groups', groups, [...new Set(inventory.flatMap(([, host]) => host.groups))], add);
  checkPlaces('hosts', hosts, Object.keys(raw.hosts), add);
  const { playbooks, problems } = loadPlaybooks(files);
  // With a playbook missing its name would be called wrong; whoever uses the playbooks tells of the problems.
  if (problems.length === 0) {
    checkNames('groups', groups, playbooks, add);
    checkNames('hosts', hosts, playbooks, add);
  }
  return new Map(
    inventory.map(([name, host]) => [
      name,
      overridesOf({ name, groups: host.groups }, raw.playbook_thresholds, add),
    ]),
  );
}

function checkPlaces(level: Level, written: Written, known: readonly string[], add: Add): void {
  const what = level === 'groups' ? 'group' : 'host';
  for (const name of Object.keys(written)) {
    if (!known.includes(name)) add(['playbook_thresholds', level, name], unknown(what, name, known));
  }
}

function checkNames(level: Level, written: Written, playbooks: readonly Playbook[], add: Add): void {
  for (const [place, byPlaybook] of Object.entries(written)) {
    for (const [id, values] of Object.entries(byPlaybook)) {
      const path = ['playbook_thresholds', level, place, id];
      const playbook = playbooks.find((one) => one.id === id);
      if (playbook === undefined) {
        const ids = playbooks.map((one) => one.id);
        add(path, unknown('playbook', id, ids));
        continue;
      }
      for (const [name, value] of Object.entries(values)) checkOne(playbook, [name, value], path, add);
    }
  }
}

function checkOne(
  { id, thresholds }: Playbook,
  [name, value]: readonly [string, number],
  path: readonly PropertyKey[],
  add: Add,
): void {
  const shipped = thresholds[name];
  if (typeof shipped !== 'number') {
    add([...path, name], unknown('threshold', name, Object.keys(thresholds), ` in ${id}`));
  } else if (shipped > 0 && shipped < 1 && value >= shipped * SLIP_FACTOR) {
    add([...path, name], `${value} is far from the playbook's ${shipped}; 70 % is written 0.7`);
  }
}

/** Two groups of one host that say different things are a mistake, unless the host itself says which. */
function overridesOf(
  host: { readonly name: string; readonly groups: readonly string[] },
  written: RawConfig['playbook_thresholds'],
  add: Add,
): ThresholdOverrides {
  const overrides = new Map<string, Map<string, ThresholdOverride>>();
  const set = (id: string, name: string, override: ThresholdOverride): void => {
    overrides.set(id, (overrides.get(id) ?? new Map<string, ThresholdOverride>()).set(name, override));
  };
  for (const [id, values] of Object.entries(written.hosts[host.name] ?? {})) {
    for (const [name, value] of Object.entries(values))
      set(id, name, { value, from: { kind: 'host', name: host.name } });
  }
  for (const group of new Set(host.groups)) {
    for (const [id, values] of Object.entries(written.groups[group] ?? {})) {
      for (const [name, value] of Object.entries(values)) {
        const other = overrides.get(id)?.get(name);
        if (other === undefined) set(id, name, { value, from: { kind: 'group', name: group } });
        else if (other.from.kind === 'group' && other.value !== value) {
          add(
            ['playbook_thresholds', 'groups', group, id, name],
            conflict(host.name, `${id} ${name}`, other, value),
          );
        }
      }
    }
  }
  return overrides;
}

const conflict = (host: string, what: string, { value, from }: ThresholdOverride, other: number): string =>
  `${host} is in the group ${from.name} as well, where ${what} is ${value} and not ${other}; say which under playbook_thresholds.hosts.${host}`;
