import type { Diagnosis } from '../domain/report.ts';
import { inOrder } from '../playbook/explaining.ts';
import type { SymptomRoute } from './route-symptom.ts';

/** The same diagnosis, told to somebody with these words: nothing changes but the order among equals. */
export const routedFirst = (diagnosis: Diagnosis, { playbooks }: SymptomRoute): Diagnosis => ({
  ...diagnosis,
  findings: inOrder(diagnosis.findings, playbooks),
});
