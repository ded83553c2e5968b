import type { TcpcheckError } from '../core/domain/errors.ts';
import type { Diagnosis } from '../core/domain/report.ts';

/** A checklist that was cut off says so beside what it has not seen. */
export function withCut(diagnosis: Diagnosis, cut: TcpcheckError | null): Diagnosis {
  if (cut === null) return diagnosis;
  const { coverage } = diagnosis;
  const why = {
    en: `the checklist was cut off: ${cut.message}`,
    ko: `점검이 중간에 끊겼습니다: ${cut.message}`,
  };
  return { ...diagnosis, coverage: { ...coverage, why: [...coverage.why, why] } };
}
