import { createHmac } from 'node:crypto';

/** match.c of OpenSSH gives up on a whole list when one pattern of it reaches this length. */
const PATTERN_LENGTH_LIMIT = 1023;
/** hostfile.c accepts salts of exactly one SHA-1 length. */
const SALT_BYTES = 20;
const HASHED = /^\|1\|([A-Za-z0-9+/]+={0,2})\|[A-Za-z0-9+/]+={0,2}$/;

/** The name under which OpenSSH files a host: the address alone on port 22, `[address]:port` otherwise. */
export function lookupName(address: string, port: number): string {
  return (port === 22 ? address : `[${address}]:${port}`).toLowerCase();
}

/** Whether the host field of a known_hosts line stands for the (lower-case) name. */
export function matchesHostField(field: string, name: string): boolean {
  return field.startsWith('|') ? matchesHash(field, name) : matchesPatternList(field.toLowerCase(), name);
}

function matchesHash(field: string, name: string): boolean {
  const salt = Buffer.from(HASHED.exec(field)?.[1] ?? '', 'base64');
  if (salt.length !== SALT_BYTES) return false;
  const hash = createHmac('sha1', salt).update(name, 'latin1').digest('base64');
  return field === `|1|${salt.toString('base64')}|${hash}`;
}

/** Comma list with negation: one negated pattern that matches outweighs everything else. */
function matchesPatternList(list: string, name: string): boolean {
  let matched = false;
  for (const item of list.split(',')) {
    const negated = item.startsWith('!');
    const pattern = negated ? item.slice(1) : item;
    if (pattern.length >= PATTERN_LENGTH_LIMIT) return false;
    if (!matchesPattern(pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/**
 * `*` and `?` as in match.c. Instead of trying every split, it only ever returns to the last star, so
 * that a hostile pattern costs pattern length times name length and no more.
 */
function matchesPattern(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p;
      resume = n;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p += 1;
      n += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      n = resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
