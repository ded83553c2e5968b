import type { Localized } from '../domain/locale.ts';
import type { Diagnosis, Finding, FindingStatus } from '../domain/report.ts';
import { CLEARED } from '../playbook/finding.ts';
import { asksWhoseTurn, notDecided, whoseTurn } from '../playbook/whose-turn.ts';
import type { SymptomRoute } from './route-symptom.ts';

/** What the diagnosis says to somebody's own words. */
export interface SymptomAnswer {
  /** The words as they were typed; renderers clean and shorten them. */
  readonly words: string;
  /** Short sentences, the most telling first. */
  readonly lines: readonly Localized[];
}

/** More titles on one line are not read. */
const MAX_TITLES = 5;

/**
 * The same, and to somebody who says that it is slow also "network, server or peer?" in any case: where something was
 * found that answers it, it stands at the head of the notes already.
 */
export function answerSymptom(
  words: string,
  route: SymptomRoute,
  diagnosis: Diagnosis,
): SymptomAnswer | null {
  const answer = answerWords(words, route, diagnosis);
  const { facts, findings } = diagnosis;
  if (answer === null || facts === null) return answer;
  if (!asksWhoseTurn(words) || whoseTurn(findings) !== null) return answer;
  return { ...answer, lines: [...answer.lines, notDecided(facts)] };
}

/** Answers the words, whatever was found: also that what they name is not there now, or could not be looked for. */
function answerWords(words: string, route: SymptomRoute, diagnosis: Diagnosis): SymptomAnswer | null {
  if (words.trim() === '' || diagnosis.error !== null) return null;
  const about = route.playbooks.flatMap((id) => {
    const [first] = diagnosis.findings.filter(({ playbook }) => playbook === id);
    return first === undefined ? [] : [first];
  });
  const [likeliest] = about;
  const meaning = route.meaning === null ? [] : [route.meaning];
  if (likeliest === undefined) {
    const lines = meaning.length > 0 ? meaning : [notUnderstood(diagnosis)];
    return { words, lines: [...lines, ...foundInstead([], diagnosis)] };
  }
  const of = (wanted: FindingStatus): readonly Finding[] => about.filter(({ status }) => status === wanted);
  // An error text means one thing; words of a person may mean any of their playbooks.
  const isIt = route.meaning === null ? of('matched').length > 0 : likeliest.status === 'matched';
  if (isIt) return { words, lines: [fits(of('matched'))] };
  return {
    words,
    lines: [
      ...ruledOut(of('cleared')),
      ...notJudged(of('unknown')),
      ...meaning,
      ...foundInstead(of('matched'), diagnosis),
    ],
  };
}

const fits = (matched: readonly Finding[]): Localized => {
  const { en, ko } = titles(matched);
  return { en: `It fits what was found: ${en}.`, ko: `발견된 문제와 들어맞습니다: ${ko}.` };
};

/** The likeliest says in its own words that it is not there; the others by their titles. */
function ruledOut([likeliest, ...others]: readonly Finding[]): readonly Localized[] {
  if (likeliest === undefined) return [];
  if (likeliest.summary.en === CLEARED.en) return [withoutSign([likeliest, ...others])];
  return [likeliest.summary, ...(others.length === 0 ? [] : [withoutSign(others)])];
}

function withoutSign(cleared: readonly Finding[]): Localized {
  const { en, ko } = titles(cleared);
  return {
    en: `Looked for, and no sign of it now: ${en}.`,
    ko: `확인했으나 지금은 징후가 없는 항목: ${ko}.`,
  };
}
function notJudged(unknown: readonly Finding[]): readonly Localized[] {
  if (unknown.length === 0) return [];
  const { en, ko } = titles(unknown);
  return [
    {
      en: `Could not be judged, so it may still be that: ${en}.`,
      ko: `판단하지 못해 배제할 수 없는 항목: ${ko}.`,
    },
  ];
}

const notUnderstood = ({ findings }: Diagnosis): Localized => {
  const count = new Set(findings.map(({ playbook }) => playbook)).size;
  return {
    en: `No playbook knows these words; all ${count} were checked all the same.`,
    ko: `이 말에 해당하는 플레이북이 없어 전체 ${count}개를 그대로 확인했습니다.`,
  };
};

/** Less likely by the words, but it is there; or something that the words do not speak of at all. */
function foundInstead(matched: readonly Finding[], { findings }: Diagnosis): readonly Localized[] {
  if (matched.length > 0) {
    const { en, ko } = titles(matched);
    return [
      { en: `What was found, and may be behind it: ${en}.`, ko: `발견된 문제 중 원인일 수 있는 것: ${ko}.` },
    ];
  }
  const others = findings.filter(({ status, severity }) => status === 'matched' && severity !== 'info');
  if (others.length === 0) return [];
  const { en, ko } = titles([...new Map(others.map((found) => [found.playbook, found])).values()]);
  return [{ en: `Found instead: ${en}.`, ko: `대신 발견된 문제: ${ko}.` }];
}

function titles(findings: readonly Finding[]): Localized {
  const shown = findings.slice(0, MAX_TITLES);
  const more = findings.length > shown.length ? ' …' : '';
  return {
    en: shown.map(({ title }) => title.en).join('; ') + more,
    ko: shown.map(({ title }) => title.ko).join('; ') + more,
  };
}
