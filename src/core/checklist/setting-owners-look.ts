import type { BootSettings, SettingsFile, TunedSettings } from '../sysctl/persisted.ts';
import { linesOf } from './lines.ts';

/** What the setting-owners check printed, taken apart. */
export interface SettingOwnersLook {
  readonly settings: BootSettings;
  /** Programs that set kernel settings while the machine runs. */
  readonly daemons: readonly string[];
}

/** Longest list of daemons told. */
const MAX_DAEMONS = 8;
const MAX_PROFILE_CHARS = 100;

/** Reads one section; null when it is not whole: what is missing might have the last word. */
export function settingOwnersLook(text: string | null, maxProfiles: number): SettingOwnersLook | null {
  const lines = linesOf(text);
  const all = (word: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const [boot] = all('boot');
  if ((boot !== 'systemd' && boot !== 'procps') || lines.at(-1) !== 'end') return null;
  const denied = all('denied');
  const daemons = [...new Set(all('sets'))].slice(0, MAX_DAEMONS);
  return {
    settings: {
      boot,
      commandLine: all('boot-word'),
      files: [
        ...withLines(all('file'), all('line')),
        ...denied.filter((path) => !path.endsWith('/')).map((path) => ({ path, lines: null })),
      ],
      deniedFolders: denied.filter((path) => path.endsWith('/')),
      tuned: daemons.includes('tuned') ? tunedSettings(lines, all, maxProfiles) : null,
    },
    daemons,
  };
}

/** `PATH:LINE` of grep -H, put to its file. */
function withLines(paths: readonly string[], found: readonly string[]): readonly SettingsFile[] {
  const lines = new Map<string, string[]>(paths.map((path) => [path, []]));
  for (const line of found) {
    // A path may hold colons: the file is one of those that were named.
    for (let colon = line.indexOf(':'); colon !== -1; colon = line.indexOf(':', colon + 1)) {
      const own = lines.get(line.slice(0, colon));
      if (own === undefined) continue;
      own.push(line.slice(colon + 1));
      break;
    }
  }
  return [...lines].map(([path, own]) => ({ path, lines: own }));
}

/** Parents stand behind the profile that includes them and are applied before it. */
function tunedSettings(
  lines: readonly string[],
  all: (word: string) => readonly string[],
  maxProfiles: number,
): TunedSettings {
  const blocks: { readonly name: string; readonly lines: string[] }[] = [];
  for (const line of lines) {
    if (line.startsWith('tuned-profile ')) blocks.push({ name: line.slice(14), lines: [] });
    else if (line.startsWith('tuned-line ')) blocks.at(-1)?.lines.push(line.slice(11));
  }
  const [profile = ''] = all('tuned');
  const whole =
    all('tuned-denied').length === 0 &&
    blocks.length <= maxProfiles &&
    isChain(
      [profile, ...blocks.map((block) => parentOf(block.lines))],
      blocks.map(({ name }) => name),
    );
  return {
    profile: profile === '' ? 'unknown' : profile.slice(0, MAX_PROFILE_CHARS),
    lines: whole ? blocks.toReversed().flatMap((block) => block.lines) : null,
    reapplies: !all('tuned-main').some((line) => /=\s*(0|false)\s*$/i.test(line)),
  };
}

/** The name after `include=`; null without one, and anything else where there are several. */
function parentOf(lines: readonly string[]): string | null {
  const includes = lines.filter((line) => /^\s*include\b/.test(line));
  if (includes.length === 0) return null;
  return includes.length > 1 ? '' : (includes[0]?.split('=')[1]?.trim() ?? '');
}

/** Each profile names the next one, and the last names none: with several parents the order is not ours to guess. */
const isChain = (wanted: readonly (string | null)[], found: readonly string[]): boolean =>
  found.length > 0 &&
  wanted.length === found.length + 1 &&
  wanted.every((name, index) => name === (found[index] ?? null));
