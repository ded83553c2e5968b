import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds; fails with what was wanted when it does not in time. */
export async function until(
  wanted: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`not within ${limitMs} ms: ${wanted}`);
    await sleep(10);
  }
}

/** A promise and the function that fulfils it, for handlers that a test holds back. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  const door = new AbortController();
  const opened = new Promise<void>((resolve) => {
    door.signal.addEventListener('abort', () => resolve());
  });
  return { opened, open: () => door.abort() };
}
