import type { FactGroup, Facts, FactValue } from '../domain/facts.ts';
import type { Contribution } from './check.ts';

/** Facts of a run of which nothing is known. */
export const NO_FACTS: Facts = {
  host: {
    host: {},
    sockets: {},
    counters: {},
    kernel: {},
    descriptors: {},
    settings: {},
    pressure: {},
    run: {},
  },
  subjects: { listener: {}, destination: {}, process: {}, service: {} },
  sysctl: {},
  persisted: {},
};

type Added = Readonly<Record<string, FactValue | undefined>> | undefined;

/** The facts with one check's added; what a check does not know stays as it was. */
export function withFacts(
  facts: Facts,
  { host, listeners, destinations, processes, services, sysctl, persisted }: Contribution,
): Facts {
  const known = facts.host;
  return {
    host: {
      host: join(known.host, host?.host),
      sockets: join(known.sockets, host?.sockets),
      counters: join(known.counters, host?.counters),
      kernel: join(known.kernel, host?.kernel),
      descriptors: join(known.descriptors, host?.descriptors),
      settings: join(known.settings, host?.settings),
      pressure: join(known.pressure, host?.pressure),
      run: join(known.run, host?.run),
    },
    subjects: {
      listener: joinSubjects(facts.subjects.listener, listeners),
      destination: joinSubjects(facts.subjects.destination, destinations),
      process: joinSubjects(facts.subjects.process, processes),
      service: joinSubjects(facts.subjects.service, services),
    },
    sysctl: { ...facts.sysctl, ...Object.fromEntries(sysctl ?? []) },
    persisted: { ...facts.persisted, ...Object.fromEntries(persisted ?? []) },
  };
}

function joinSubjects(
  known: Readonly<Record<string, FactGroup>>,
  added: ReadonlyMap<string, Added> | undefined,
): Readonly<Record<string, FactGroup>> {
  if (added === undefined) return known;
  return {
    ...known,
    ...Object.fromEntries([...added].map(([name, group]) => [name, join(known[name], group)])),
  };
}

/** The one gate every fact passes: what is unknown or no number is absent. */
function join(known: FactGroup | undefined, added: Added): FactGroup {
  const facts: Record<string, FactValue> = { ...known };
  for (const [name, value] of Object.entries(added ?? {})) {
    if (value !== undefined && (typeof value !== 'number' || Number.isFinite(value))) facts[name] = value;
  }
  return facts;
}
