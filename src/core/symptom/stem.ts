/** Endings by which forms of one English word differ, longest first. */
const ENDINGS = ['ions', 'ings', 'ion', 'ing', 'ers', 'ed', 'es', 'er', 'ly', 's', 'e'];
/** What is left must still be a word. */
const MIN_STEM_CHARS = 3;

/** Forms that share no beginning. */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  Object.entries({
    retransmission: 'retransmit',
    retransmissions: 'retransmit',
    retrans: 'retransmit',
    lost: 'loss',
    lose: 'loss',
    stuck: 'stick',
    hung: 'hang',
    froze: 'freeze',
    frozen: 'freeze',
    broken: 'break',
    lag: 'slow',
    laggy: 'slow',
    latency: 'slow',
    sluggish: 'slow',
    unresponsive: 'response',
    answer: 'response',
    answers: 'response',
    reply: 'response',
  }),
);

/** `refused`, `refuses`, `refusing` -> `refus`; both sides of a comparison go through it, so it need not be a word. */
export function stem(word: string): string {
  const regular = IRREGULAR.get(word) ?? word;
  const ending = ENDINGS.find(
    (each) =>
      regular.endsWith(each) && !regular.endsWith('ss') && regular.length - each.length >= MIN_STEM_CHARS,
  );
  const bare = ending === undefined ? regular : regular.slice(0, -ending.length);
  const last = bare.at(-1);
  return bare.length > MIN_STEM_CHARS && last === bare.at(-2) ? bare.slice(0, -1) : bare;
}
