import type { Owners } from '../change/owners.ts';
import type { Change } from '../domain/change.ts';
import type { Incident } from '../domain/incident.ts';
import type { Freeze } from '../domain/freeze.ts';
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
    /** Who else sets its keys. */
    readonly owners: Owners;
    /** Why nothing may be approved now. */
    readonly freeze: Freeze | null;
    /** Whether one person may go on alone all the same. */
    readonly breakGlass: boolean;
    /** Who may decide: so many people by name, and the members of these user groups. */
    readonly approvers: { readonly people: number; readonly groups: readonly string[] };
    /** The card for several hosts that offers it too; null or absent where there is none. */
    readonly group?: { readonly hosts: number; readonly url: string | null } | null | undefined;
  };
}

/** Everything one thread is drawn from; the same view always gives the same messages. */
export interface ThreadView {
  readonly request: DiagnosisRequest;
  /** The latest run. */
  readonly run: Run | null;
  /** Runs that answered the request before, oldest first. */
  readonly earlier: readonly Run[];
  /** What the alerts of the thread tell; null where a person has asked. */
  readonly incident: Incident | null;
  /** An incident of the host is told in another thread; the address of that, where it can be given. */
  readonly besides: { readonly url: string | null } | null;
  /** A further run was asked for and has not begun. */
  readonly waitsAgain: boolean;
  /** The request waits for the end of another run on its host. */
  readonly queuedBehind: boolean;
  /** The zone of the host, where no worker of it answers and the look has not begun; null otherwise. */
  readonly zoneWithoutWorker: string | null;
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

/** A finding with its place among all that the thread has told of, which names its message. */
export interface ShownFinding {
  readonly index: number;
  readonly finding: Finding;
  /** The window in which it was found. */
  readonly windowMs: number;
  /** When a later run looked and did not find it any more; null while it holds. */
  readonly goneAtMs: number | null;
  readonly changes: readonly ShownChange[];
}

/** What gets messages: the first findings of all runs, and all that carry a change. */
export function shownFindings(view: ThreadView): readonly ShownFinding[] {
  return told(view)
    .map((finding, index, all) => ({
      ...finding,
      index,
      changes: view.changes.filter(
        ({ change }) => all.findIndex((other) => belongsTo(change, other.finding)) === index,
      ),
    }))
    .filter((shown) => shown.index < MAX_FINDINGS || shown.changes.length > 0);
}

type Told = Omit<ShownFinding, 'index' | 'changes'>;

/** One entry for each finding through all runs, at the place where it was told first, as it was found last. */
function told({ earlier, run }: ThreadView): readonly Told[] {
  let all: readonly Told[] = [];
  for (const { diagnosis, finishedAtMs, startedAtMs } of run === null ? earlier : [...earlier, run]) {
    if (diagnosis === null || diagnosis.error !== null) continue;
    const matched = diagnosis.findings.filter(({ status }) => status === 'matched');
    const atMs = finishedAtMs ?? startedAtMs;
    const again = all.map((known) => {
      const now = matched.find((finding) => isSame(finding, known.finding));
      if (now !== undefined) return { finding: now, windowMs: diagnosis.windowMs, goneAtMs: null };
      // What could not be judged this time has not gone.
      const open = diagnosis.findings.some(
        ({ playbook, status }) => playbook === known.finding.playbook && status === 'unknown',
      );
      return open ? known : { ...known, goneAtMs: known.goneAtMs ?? atMs };
    });
    const fresh = matched
      .filter((finding) => !all.some((known) => isSame(finding, known.finding)))
      .map((finding) => ({ finding, windowMs: diagnosis.windowMs, goneAtMs: null }));
    all = [...again, ...fresh];
  }
  return all;
}

const isSame = (one: Finding, other: Finding): boolean =>
  one.playbook === other.playbook && one.cause === other.cause && one.subject === other.subject;

/** Changes whose finding is not (or no longer) part of the thread; nobody may lose sight of them. */
export const looseChanges = (view: ThreadView): readonly ShownChange[] => {
  const findings = told(view).map(({ finding }) => finding);
  return view.changes.filter(({ change }) => !findings.some((finding) => belongsTo(change, finding)));
};

/** Whether there is nothing more to come of what was asked. */
export const isAnswered = ({ run, waitsAgain }: Pick<ThreadView, 'run' | 'waitsAgain'>): boolean =>
  !waitsAgain && run !== null && run.diagnosis !== null;

/** The thread as it stands with its last result; null before there is one. */
export function withResult(view: ThreadView): ThreadView | null {
  const runs = view.run === null ? view.earlier : [...view.earlier, view.run];
  const last = runs.findLastIndex(({ diagnosis }) => diagnosis !== null);
  const run = runs[last];
  return run === undefined ? null : { ...view, run, earlier: runs.slice(0, last) };
}

/** All findings that matched, in the order of the diagnosis: causes first, then worst first. */
export const matchedFindings = (run: Run | null): readonly Finding[] =>
  run?.diagnosis?.findings.filter((finding) => finding.status === 'matched') ?? [];

const belongsTo = ({ plan }: Change, finding: Finding): boolean =>
  plan.playbook === finding.playbook && plan.cause === finding.cause && plan.subject === finding.subject;
