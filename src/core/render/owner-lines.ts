import type { KeepRival, Owner } from '../change/owners.ts';
import { unreachable } from '../domain/errors.ts';
import type { Locale } from '../domain/locale.ts';
import { KEPT_FILE } from '../sysctl/persisted.ts';
import { code, fillMd, line, md, type Markup } from './markup.ts';
import { CHANGE } from './texts/change.ts';
import type { ShownChange } from './view.ts';

/** A plan has a setting and a companion or two. */
const MAX_LINES = 4;

/** Who else has a say in what is about to be decided; nothing once nobody can decide about it. */
export function ownerLines(
  { change: { state }, card: { owners } }: ShownChange,
  locale: Locale,
): readonly Markup[] {
  const suspects = state.kind === 'void' && state.fresh?.kind === 'too-often';
  if (state.kind === 'proposed' || suspects) {
    return owners.now.slice(0, MAX_LINES).map((owner) => md`ℹ️ ${ownerLine(owner, locale)}`);
  }
  if (state.kind !== 'judged' && state.kind !== 'left-until-reboot') return [];
  return owners.lasting.slice(0, MAX_LINES).map((rival) => md`⚠️ ${rivalLine(rival, locale)}`);
}

function ownerLine(owner: Owner, locale: Locale): Markup {
  switch (owner.kind) {
    case 'file':
      return fillMd(locale, CHANGE.ownerFile, fileWords(owner));
    case 'tuned':
      return fillMd(locale, CHANGE.ownerTuned, tunedWords(owner));
    case 'bpftune':
      return fillMd(locale, CHANGE.ownerBpftune);
    case 'containers':
      return fillMd(locale, CHANGE.ownerContainers, { count: owner.count });
    default:
      return unreachable(owner);
  }
}

function rivalLine(rival: KeepRival, locale: Locale): Markup {
  const ours = code(KEPT_FILE, 60);
  switch (rival.kind) {
    case 'file':
      return fillMd(locale, CHANGE.keepLosesToFile, { ...fileWords(rival), ours });
    case 'tuned':
      return fillMd(locale, CHANGE.keepLosesToTuned, tunedWords(rival));
    case 'unknown': {
      const command = code(`sudo grep -rs ${rival.key} /etc/sysctl.d /etc/sysctl.conf`, 120);
      return fillMd(locale, CHANGE.keepUnknown, { key: code(rival.key, 70), ours, command });
    }
    default:
      return unreachable(rival);
  }
}

const fileWords = ({ file, key, value }: Extract<Owner, { kind: 'file' }>) => ({
  file: code(file, 80),
  key: code(key, 70),
  value: code(value, 60),
});

const tunedWords = ({ key, profile }: Extract<Owner, { kind: 'tuned' }>) => ({
  profile: line(profile, 60),
  key: code(key, 70),
});
