import type { Person } from '../domain/change.ts';
import type { Locale } from '../domain/locale.ts';
import type { DiagnosisRequest } from '../domain/run.ts';
import { code, fillMd, line, mention, type Markup } from './markup.ts';
import { INCIDENT } from './texts/incident.ts';
import { ROOT } from './texts/root.ts';
import type { ThreadView } from './view.ts';

export interface Asked {
  readonly request: Pick<DiagnosisRequest, 'locale' | 'requester' | 'symptom'>;
  readonly named: boolean;
  readonly incident: ThreadView['incident'];
}

/**
 * Who asked, and for what. A person is named by edits only: the first post is still queued, and a mention
 * in it would ping the one who waits for the answer anyway.
 */
export function asker({ request, named, incident }: Asked): readonly Markup[] {
  const { locale, requester } = request;
  const words = line(request.symptom, 300);
  const symptom = words.mrkdwn === '' ? [] : [fillMd(locale, ROOT.symptom, { words })];
  if (requester.kind === 'alert') {
    // The incident above names its alerts.
    if (incident !== null)
      return [fillMd(locale, INCIDENT.from, { source: line(incident.source, 40) }), ...symptom];
    const alert = code(requester.alertName, 100);
    return [fillMd(locale, ROOT.alerted, { alert, source: line(requester.source, 40) }), ...symptom];
  }
  if (!named) return symptom;
  return [askedBy(requester, locale), ...symptom];
}

/** An OS user is who the configuration says they are in Slack. */
function askedBy(person: Person, locale: Locale): Markup {
  if (person.kind === 'slack-user') {
    return fillMd(locale, ROOT.askedBy, { who: mention(person.userId) ?? code(person.userId, 40) });
  }
  const who = mention(person.slack?.userId ?? '') ?? code(person.name, 40);
  return fillMd(locale, ROOT.askedInTerminal, { who });
}
