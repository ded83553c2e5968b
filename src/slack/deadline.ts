import { setTimeout as sleep } from 'node:timers/promises';

/** The work's result, or `late` when it took longer; the work itself goes on. */
export async function within<T>(
  work: Promise<T>,
  ms: number,
): Promise<{ readonly kind: 'done'; readonly value: T } | { readonly kind: 'late' }> {
  const done = new AbortController();
  const late = sleep(ms, { kind: 'late' } as const, { signal: done.signal });
  try {
    return await Promise.race([work.then((value) => ({ kind: 'done', value }) as const), late]);
  } finally {
    late.catch(() => undefined);
    done.abort();
  }
}
