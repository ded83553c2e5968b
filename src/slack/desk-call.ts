import { within } from './deadline.ts';
import type { Listening } from './listening.ts';

/** A person waits, and Slack's triggers live 3 s: after this the desk counts as away. */
const DESK_MS = 2_500;

export type DeskCall<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'late' }
  /** A bug; it has been logged. */
  | { readonly kind: 'fault' };

/** Asks the desk with a bound. A late desk goes on, and closing waits for it. */
export async function atTheDesk<T>(
  { inFlight, onProblem }: Pick<Listening, 'inFlight' | 'onProblem'>,
  call: () => Promise<T>,
): Promise<DeskCall<T>> {
  const work = call().then(
    (value): DeskCall<T> => ({ kind: 'done', value }),
    (error: unknown): DeskCall<T> => {
      onProblem({ what: 'the desk failed', code: 'INTERNAL', fields: { said: String(error).slice(0, 500) } });
      return { kind: 'fault' };
    },
  );
  const answer = await within(inFlight.track(work), DESK_MS);
  return answer.kind === 'late' ? answer : answer.value;
}
