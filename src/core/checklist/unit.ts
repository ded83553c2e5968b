/** Longer than any unit name people type. */
const MAX_UNIT_CHARS = 120;

/**
 * The systemd service in a cgroup path (`/system.slice/nginx.service`). What lives in a scope (a container, a login)
 * is nothing one restarts by its unit, and `user@1000.service` holds everything a user runs.
 */
export function unitOf(cgroup: string | undefined): string | undefined {
  const unit = cgroup?.split('/').findLast((part) => /\.(service|scope)$/.test(part));
  if (unit === undefined || !unit.endsWith('.service') || unit.startsWith('user@')) return undefined;
  return /^[\w@.:\\-]+$/.test(unit) && unit.length <= MAX_UNIT_CHARS ? unit : undefined;
}
