import {
  CHECK_IDS,
  type CheckId,
  type CheckResult,
  type CheckStatus,
} from '../../src/core/domain/capture.ts';
import type { FactGroup, Facts } from '../../src/core/domain/facts.ts';

/** Facts of a host by hand: groups of the host, subjects, live settings. */
export interface FactsByHand {
  readonly host?: Partial<Facts['host']>;
  readonly listener?: Readonly<Record<string, FactGroup>>;
  readonly destination?: Readonly<Record<string, FactGroup>>;
  readonly process?: Readonly<Record<string, FactGroup>>;
  readonly service?: Readonly<Record<string, FactGroup>>;
  readonly sysctl?: Readonly<Record<string, string>>;
}

/** Facts with nothing in them but what is given. */
export const factsByHand = ({
  host,
  listener,
  destination,
  process,
  service,
  sysctl,
}: FactsByHand): Facts => ({
  host: {
    host: {},
    sockets: {},
    counters: {},
    kernel: {},
    descriptors: {},
    settings: {},
    pressure: {},
    run: { window_s: 10 },
    ...host,
  },
  subjects: {
    listener: listener ?? {},
    destination: destination ?? {},
    process: process ?? {},
    service: service ?? {},
  },
  sysctl: sysctl ?? {},
  persisted: {},
});

/** Every check was read, but for these. */
export const checksByHand = (
  except: Readonly<Partial<Record<CheckId, CheckStatus>>> = {},
): readonly CheckResult[] => CHECK_IDS.map((id) => ({ id, status: except[id] ?? 'ok', ms: 1 }));
