import type { Diagnosis } from '../../src/core/domain/report.ts';

/** Where and when it was measured. */
export interface Circumstances {
  readonly kernel: string;
  readonly iproute2: string;
  readonly date: string;
}

export function circumstancesOf({ facts }: Diagnosis): Circumstances {
  const { kernel, iproute2 } = facts?.host.host ?? {};
  return {
    kernel: String(kernel),
    iproute2: String(iproute2),
    date: new Date().toISOString().slice(0, 10),
  };
}
