/** What INFO tells of a server's fitness; CONFIG would tell more, but managed Redis forbids it. */
export interface ServerSafety {
  /** Why this server must not be used; null when it may. */
  readonly unsafe: string | null;
  readonly warnings: readonly string[];
}

/** Judges a server by its INFO: queues need every key they wrote, and should have them after a crash. */
export function inspectServer(info: string): ServerSafety {
  const policy = field(info, 'maxmemory_policy');
  const warnings: string[] = [];
  if (policy === null) warnings.push('Redis does not tell its eviction policy; it must be noeviction');
  if (field(info, 'aof_enabled') === '0') {
    warnings.push(
      'Redis writes no append-only file; a crash loses what was accepted since its last snapshot',
    );
  }
  const unsafe =
    policy === null || policy === 'noeviction'
      ? null
      : `may throw keys away: its maxmemory-policy is ${policy}, wanted is noeviction`;
  return { unsafe, warnings };
}

function field(info: string, name: string): string | null {
  for (const line of info.split(/\r?\n/)) {
    if (line.startsWith(`${name}:`)) return line.slice(name.length + 1).trim();
  }
  return null;
}
