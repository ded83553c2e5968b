import type { Change } from '../domain/change.ts';
import type { Finding } from '../domain/report.ts';
import type { DiagnosisRequest, Run } from '../domain/run.ts';
import type { SymptomAnswer } from '../symptom/answer-symptom.ts';
import type { ChangeAccessAnswer } from './texts/finding.ts';

/** A change with what its card carries. */
export interface ShownChange {
  readonly change: Change;
  readonly card: {
    /** `CHANGE_ID.PLAN_HASH`, the value of every button of the card. */
    readonly value: string;
    /** The shell command that puts the old values back on the host. */
    readonly undoCommand: string;
    /** The systemd unit of the listener that the change is about; null where it is not known. */
    readonly unit: string | null;
  };
}

/** Everything one thread is drawn from; the same view always gives the same messages. */
export interface ThreadView {
  readonly request: DiagnosisRequest;
  readonly run: Run | null;
  /** The request waits for the end of another run on its host. */
  readonly queuedBehind: boolean;
  /** What the diagnosis says to the words of the request; null without words, or before there is a diagnosis. */
  readonly answer: SymptomAnswer | null;
  /** Changes proposed for this request, whatever became of them. */
  readonly changes: readonly ShownChange[];
  readonly changeAccess: ChangeAccessAnswer;
  /** When it is drawn; only reminders ask. */
  readonly nowMs: number;
}

/** So many findings get a message of their own; the root names how many more there are. */
const MAX_FINDINGS = 10;

/** A matched finding with its place among the matched ones, which names its message. */
export interface ShownFinding {
  readonly index: number;
  readonly finding: Finding;
  readonly changes: readonly ShownChange[];
}

/** What of the diagnosis gets messages: the first findings, and all that carry a change. */
export function shownFindings(view: ThreadView): readonly ShownFinding[] {
  return matchedFindings(view.run)
    .map((finding, index, all) => ({
      index,
      finding,
      changes: view.changes.filter(({ change }) => all.findIndex((f) => belongsTo(change, f)) === index),
    }))
    .filter((shown) => shown.index < MAX_FINDINGS || shown.changes.length > 0);
}

/** Changes whose finding is not (or no longer) part of the thread; nobody may lose sight of them. */
export const looseChanges = (view: ThreadView): readonly ShownChange[] => {
  const matched = matchedFindings(view.run);
  return view.changes.filter(({ change }) => !matched.some((finding) => belongsTo(change, finding)));
};

/** All findings that matched, in the order of the diagnosis: causes first, then worst first. */
export const matchedFindings = (run: Run | null): readonly Finding[] =>
  run?.diagnosis?.findings.filter((finding) => finding.status === 'matched') ?? [];

const belongsTo = ({ plan }: Change, finding: Finding): boolean =>
  plan.playbook === finding.playbook && plan.cause === finding.cause && plan.subject === finding.subject;
