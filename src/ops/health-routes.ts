import type { Route } from './http-server.ts';

/** One thing that must work before the product is ready; a problem is a sentence. */
export interface ReadinessProbe {
  readonly name: string;
  /** Null when all is well, else what is wrong. */
  readonly check: () => Promise<string | null>;
}

/** A probe that hangs is a probe that fails. */
const PROBE_TIMEOUT_MS = 1_500;

/** Alive: this process answers. */
export const healthz: Route = async () => ({ status: 200, body: { status: 'ok' } });

/** Ready: Slack took the token, Redis is writable, a worker answers. */
export function readyz(probes: readonly ReadinessProbe[]): Route {
  return async () => {
    const results = await Promise.all(
      probes.map(async ({ name, check }) => [name, (await bounded(check)) ?? 'ok'] as const),
    );
    const ready = results.every(([, result]) => result === 'ok');
    return {
      status: ready ? 200 : 503,
      body: { status: ready ? 'ready' : 'not ready', ...Object.fromEntries(results) },
    };
  };
}

async function bounded(check: () => Promise<string | null>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${PROBE_TIMEOUT_MS} ms`), PROBE_TIMEOUT_MS);
  });
  const answer = check().catch((error: unknown) => (error instanceof Error ? error.message : 'failed'));
  return Promise.race([answer, deadline]).finally(() => clearTimeout(timer));
}
