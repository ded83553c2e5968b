/**
 * Whether the pattern covers the whole text: `*` stands for any characters, `?` for one; upper and lower case are
 * alike. Walks back to the last star only, so the time is bounded by pattern times text.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  const [wanted, given] = [pattern.toLowerCase(), text.toLowerCase()];
  let [at, in_] = [0, 0];
  let star = -1;
  let resume = 0;
  while (in_ < given.length) {
    if (wanted[at] === '*') {
      star = at;
      resume = in_;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[in_])) {
      at += 1;
      in_ += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      in_ = resume;
    } else return false;
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}
