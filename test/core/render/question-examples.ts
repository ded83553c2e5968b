import type { GroupQuestion } from '../../../src/core/domain/group.ts';
import type { Locale } from '../../../src/core/domain/locale.ts';
import type { Diagnosis } from '../../../src/core/domain/report.ts';
import type { HostPart, QuestionView } from '../../../src/core/render/question-view.ts';
import { ASKED_AT, diagnosis, request, run } from './examples.ts';

export const question: GroupQuestion = {
  id: 'ask-00000000000000000000',
  group: 'web',
  requests: ['web-1', 'web-2', 'web-3', 'web-4'].map((host) => ({ host, requestId: `r-${host}` })),
  symptom: 'connection refused since 02:20',
  channel: 'C1',
  locale: 'en',
  requester: request.requester,
  createdAtMs: ASKED_AT,
  mentions: ['U1'],
};

/** A host whose check has ended so. */
export const ended = (host: string, parts: Partial<Diagnosis> = {}): HostPart => ({
  host,
  requestId: `r-${host}`,
  run: { ...run, id: `run-${host}`, host, diagnosis: { ...diagnosis, host, ...parts } },
  changes: [],
  url: 'https://demo.slack.com/archives/C1/p1000200',
});

export const waiting = (host: string): HostPart => ({ ...ended(host), run: null, url: null });

export const healthy: Partial<Diagnosis> = { verdict: 'ok', findings: [] };
export const dark: Partial<Diagnosis> = {
  verdict: 'unknown',
  findings: [],
  error: { code: 'SSH_TIMEOUT', message: 'it did not answer', hint: 'Look at it.' },
};

export const questionView = (parts: Partial<QuestionView> = {}, locale: Locale = 'en'): QuestionView => ({
  question: { ...question, locale },
  hosts: [ended('web-1', healthy), ended('web-2'), ended('web-3', dark), waiting('web-4')],
  groups: [],
  overdue: false,
  nowMs: ASKED_AT + 20_000,
  ...parts,
});
