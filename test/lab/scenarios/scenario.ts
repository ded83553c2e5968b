import type { LabHostOptions } from '../../../src/demo/lab/host-build.ts';
import type { Severity } from '../../../src/core/domain/report.ts';

/** One lab host and what a right diagnosis says about it. */
export interface Scenario {
  /** Everything but the name, which is the scenario's own. */
  readonly host: Omit<LabHostOptions, 'name'>;
  readonly expected: Expected;
  /** How each offered setting shows itself in what the workload's users get. */
  readonly effects?: readonly Effect[];
}

export type Expected =
  | {
      readonly kind: 'sick';
      /** Of the finding that has to stand first. */
      readonly playbook: string;
      /** Null for a playbook without causes. */
      readonly cause: string | null;
      /** Info for what is worth a line and no alarm. */
      readonly severity: Severity;
      /** Keys that get a button, in this order. */
      readonly offers: readonly string[];
      /** Further playbooks that rightly match at warning or above and are no consequence of the first. */
      readonly beside?: readonly string[];
      /** What an account without root rights cannot tell, and may leave open if it says why. */
      readonly openWithoutRoot?: 'cause' | 'finding';
    }
  /** Healthy, however busy it looks: nothing at warning or above. */
  | { readonly kind: 'control' }
  /** Sick in the network namespace of a container: nothing to find here, and not ok either; the container is named. */
  | { readonly kind: 'elsewhere'; readonly container: string };

/** A setting that is applied and taken back, and what the workload has to say to it. */
export interface Effect {
  readonly key: string;
  /** When sockets get it: at once, once the application has been told (SIGHUP) to listen again, or each new one. */
  readonly reaches: 'now' | 'after-hup' | 'new-connections';
  /** How long it takes to show itself, where it is not at once. */
  readonly settleS?: number;
  /** Measured over so many whole seconds. */
  readonly seconds: number;
  readonly better: Better;
}

type Better =
  /** Share of successful calls it has to reach from a lower one. */
  | { readonly kind: 'share'; readonly atLeast: number }
  /** So many times as much per second. */
  | { readonly kind: 'throughput'; readonly times: number };

/** Nearly every call goes well afterwards. */
export const HEALED: Better = { kind: 'share', atLeast: 0.95 };

/** A finding at critical with nothing to offer, the commonest expectation. */
export const critical = (
  playbook: string,
  cause: string | null,
  more: Partial<Extract<Expected, { kind: 'sick' }>> = {},
): Expected => ({ kind: 'sick', playbook, cause, severity: 'critical', offers: [], ...more });

/** The same at warning. */
export const warning = (
  playbook: string,
  cause: string | null,
  more: Partial<Extract<Expected, { kind: 'sick' }>> = {},
): Expected => ({ kind: 'sick', playbook, cause, severity: 'warning', offers: [], ...more });

/** The same, worth a line and no alarm. */
export const note = (
  playbook: string,
  cause: string | null,
  more: Partial<Extract<Expected, { kind: 'sick' }>> = {},
): Expected => ({ kind: 'sick', playbook, cause, severity: 'info', offers: [], ...more });

export const CONTROL: Expected = { kind: 'control' };

/** Host and expectation; for scenarios without an effect to measure. */
export const scenario = (
  workload: LabHostOptions['workload'],
  expected: Expected,
  sysctls: NonNullable<LabHostOptions['sysctls']> = {},
): Scenario => ({ host: { sysctls, workload }, expected });
