const MAX_SUGGESTIONS = 3;
/** Longer input is no typing slip; comparing it would only cost time. */
const MAX_COMPARED = 64;

/** Names close to what was typed, closest first: for "did you mean …?". */
export function nearestNames(typed: string, names: readonly string[]): readonly string[] {
  const wanted = typed.toLowerCase().slice(0, MAX_COMPARED);
  const limit = Math.max(2, Math.floor(wanted.length / 2));
  return names
    .map((name) => ({ name, distance: closeness(wanted, name.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name);
}

/** That nothing has this name, and what was probably meant. */
export function unknown(what: string, name: string, known: readonly string[], where = ''): string {
  const near = nearestNames(name, known);
  const hint =
    near.length > 0 ? `did you mean ${near.join(', ')}?` : `there are: ${known.join(', ') || 'none'}`;
  return `there is no ${what} "${name}"${where}; ${hint}`;
}

function closeness(wanted: string, name: string): number {
  if (wanted.length >= 2 && (name.startsWith(wanted) || wanted.startsWith(name))) return 0;
  return editDistance(wanted, name);
}

/** Levenshtein distance with two rows. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
