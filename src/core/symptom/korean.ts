/** Two neighbouring syllables; those that join two words, or that every complaint has, tell little. */
export interface Pair {
  readonly syllables: string;
  readonly tells: boolean;
}

/** Loan words and synonyms, brought to one spelling before anything else. */
const SAME: readonly (readonly [string, string])[] = [
  ['타임 아웃', ' timeout '],
  ['타임아웃', ' timeout '],
  ['리셋', ' reset '],
  ['백로그', ' backlog '],
  ['좀비', ' zombie '],
  ['하프 오픈', ' halfopen '],
  ['하프오픈', ' halfopen '],
  ['재전송', ' retransmit '],
  ['레이턴시', '느리'],
  ['지연', '느리'],
  ['커넥션', '연결'],
  ['컨넥션', '연결'],
  ['접속', '연결'],
  ['거부', '거절'],
  ['무응답', '응답 없'],
  ['먹통', '응답 없'],
  ['드롭', '드랍'],
];

/** Particles after a noun, longest first. */
const PARTICLES =
  '에서는 에서도 으로는 에게서 에서 으로 에게 한테 부터 까지 처럼 이나 라고 이랑 은 는 이 가 을 를 에 의 도 만 로 와 과 나 랑'.split(
    ' ',
  );
/** Endings of politeness and mood, longest first. */
const ENDINGS = '습니다 입니다 거든요 는데요 네요 어요 아요 에요 예요 이요 니다 군요 음 다 요'.split(' ');
/** A particle or an ending may go where two syllables remain. */
const MIN_SYLLABLES = 2;

/** Forms of one verb, brought to one spelling in words without their endings. */
const VERBS: readonly (readonly [string, string])[] = [
  ['됐', '되'],
  ['돼', '되'],
  ['됩', '되'],
  ['됨', '되'],
  ['되었', '되'],
  ['거절당', '거절되'],
  ['지못해', '지않'],
  ['지못하', '지않'],
  ['지못합', '지않'],
  ['안받', '받지않'],
  ['못받', '받지않'],
  ['안옵', '안와'],
  ['안옴', '안와'],
  ['오지않', '안와'],
  ['되지않', '안되'],
  ['맺어져', '맺어지'],
  ['맺어집', '맺어지'],
  ['맺어짐', '맺어지'],
  ['안맺히', '안맺어지'],
  ['안맺혀', '안맺어지'],
  ['느려', '느리'],
  ['느립', '느리'],
  ['느림', '느리'],
  ['느린', '느리'],
  ['끊어져', '끊'],
  ['끊어지', '끊'],
  ['끊어집', '끊'],
  ['끊겨', '끊'],
  ['끊김', '끊'],
  ['끊깁', '끊'],
  ['끊기', '끊'],
  ['쌓여', '쌓'],
  ['쌓임', '쌓'],
  ['쌓입', '쌓'],
  ['쌓이', '쌓'],
  ['멈춰', '멈추'],
  ['멈췄', '멈추'],
  ['멈춤', '멈추'],
  ['멈춥', '멈추'],
  ['없음', '없'],
];

/** Pairs inside the words of every complaint. */
const COMMON = new Set(
  '연결 서버 포트 네트 트워 워크 호스 스트 데이 이터 요청 클라 라이 이언 언트 소켓 에러 오류 문제 상태 계속 너무'.split(
    ' ',
  ),
);

const HANGUL = /[가-힣]+/g;

/** Takes the Korean out of a folded text: pairs of syllables of it, and what remains for other scripts. */
export function korean(text: string): { readonly latin: string; readonly pairs: readonly Pair[] } {
  const alike = SAME.reduce((all, [from, to]) => all.replaceAll(from, to), text);
  const words = withNegation(
    [...alike.matchAll(HANGUL)].map(([word]) => bare(word)).filter((word) => word !== ''),
  );
  return { latin: alike.replaceAll(HANGUL, ' '), pairs: pairsOf(words) };
}

/** A particle that stands alone followed a word of another script. */
function bare(word: string): string {
  if (PARTICLES.includes(word)) return '';
  const tail = [...ENDINGS, ...PARTICLES].find(
    (each) => word.endsWith(each) && word.length - each.length >= MIN_SYLLABLES,
  );
  if (tail !== undefined) return word.slice(0, -tail.length);
  // "돼요", "와요": one syllable is left, and it is the verb.
  return word.length === MIN_SYLLABLES && word.endsWith('요') ? word.slice(0, 1) : word;
}

/** "안 돼요" and "안돼요" are one. */
function withNegation(words: readonly string[]): readonly string[] {
  const out: string[] = [];
  for (const word of words) {
    const last = out.at(-1);
    if (last === '안' || last === '못') out[out.length - 1] = last + word;
    else out.push(word);
  }
  return out.map((word) => VERBS.reduce((all, [from, to]) => all.replaceAll(from, to), word));
}

function pairsOf(words: readonly string[]): readonly Pair[] {
  return words.flatMap((word, at) => {
    const next = words[at + 1];
    const inside = Array.from({ length: Math.max(0, word.length - 1) }, (_, from): Pair => {
      const syllables = word.slice(from, from + 2);
      return { syllables, tells: !COMMON.has(syllables) };
    });
    if (next === undefined) return inside;
    return [...inside, { syllables: `${word.at(-1) ?? ''}${next[0] ?? ''}`, tells: false }];
  });
}
