import type { Persisted } from '../domain/facts.ts';
import { assignmentsOf, globMatches, type Assignment } from './sysctl-line.ts';

/** One file that sets kernel settings at boot, as it was found. */
export interface SettingsFile {
  readonly path: string;
  /** Its lines; null where the account may not read it. */
  readonly lines: readonly string[] | null;
}

/** Everything that decides what a setting will be after the next boot. */
export interface BootSettings {
  /** systemd-sysctl, or `sysctl --system` of procps, which alone reads /etc/sysctl.conf by itself. */
  readonly boot: 'systemd' | 'procps';
  /** Words `sysctl.KEY=VALUE` of the kernel command line. */
  readonly commandLine: readonly string[];
  readonly files: readonly SettingsFile[];
  /** Folders that may hold files nobody could list. */
  readonly deniedFolders: readonly string[];
  readonly tuned: TunedSettings | null;
}

/** What a running tuned sets. */
export interface TunedSettings {
  readonly profile: string;
  /** Lines of its [sysctl] sections, parents first; null where some could not be read. */
  readonly lines: readonly string[] | null;
  /** After its profile it applies /etc/sysctl.d, /run/sysctl.d and /etc/sysctl.conf once more (its default). */
  readonly reapplies: boolean;
}

/** A file of the same name in an earlier folder hides those in later ones: sysctl.d(5), sysctl(8) --system. */
const FOLDERS = [
  '/etc/sysctl.d',
  '/run/sysctl.d',
  '/usr/local/lib/sysctl.d',
  '/usr/lib/sysctl.d',
  '/lib/sysctl.d',
] as const;
const OLD_FILE = '/etc/sysctl.conf';
const COMMAND_LINE = 'kernel command line';
/** tuned/plugins/plugin_sysctl.py: SYSCTL_CONFIG_DIRS and SYSCTL_CONFIG_FILE. */
const REAPPLIED = /^\/(etc|run)\/sysctl\.(d\/|conf$)/;

/** Where a change is kept; its helper on the host writes no other file. */
export const KEPT_FILE = '/etc/sysctl.d/99-tcpcheck.conf';

/** The value each key will have after the next boot; keys that cannot be told are left out. */
export function persistedSettings(
  settings: BootSettings,
  keys: readonly string[],
): ReadonlyMap<string, Persisted> {
  const kept = decideAll(withKept(settings, keys), keys);
  return new Map(
    [...decideAll(settings, keys)].map(([key, owner]): [string, Persisted] => {
      const last = kept.get(key);
      const isOurs = last?.by === 'file' && last.file === KEPT_FILE;
      return [key, owner.by === 'nothing' || isOurs ? owner : { ...owner, beatsKept: true }];
    }),
  );
}

/** As if every key stood in our own file: whoever has the last word all the same makes keeping vain. */
function withKept(settings: BootSettings, keys: readonly string[]): BootSettings {
  const others = settings.files.filter(({ path }) => path !== KEPT_FILE);
  const own = { path: KEPT_FILE, lines: keys.map((key) => `${key} = 0`) };
  return { ...settings, files: [...others, own] };
}

function decideAll(settings: BootSettings, keys: readonly string[]): ReadonlyMap<string, Persisted> {
  const files = inBootOrder(settings).map(({ path, lines }) => ({
    path,
    assignments: lines === null ? null : assignmentsOf(lines),
  }));
  const lines = settings.tuned?.lines ?? null;
  const tuned = lines === null ? null : assignmentsOf(lines);
  return new Map(
    keys.flatMap((key): [string, Persisted][] => {
      const decided = decide(key, files, settings);
      if (settings.tuned === null) return decided === null ? [] : [[key, decided]];
      const owner = withTuned(key, decided, settings.tuned, tuned);
      return owner === null ? [] : [[key, owner]];
    }),
  );
}

/** First read first: the last one that sets a key wins. */
function inBootOrder({ boot, commandLine, files }: BootSettings): readonly SettingsFile[] {
  const winners = new Map<string, SettingsFile>();
  for (const file of files.filter(({ path }) => rank(path) !== -1)) {
    const other = winners.get(baseName(file.path));
    if (other === undefined || rank(file.path) < rank(other.path)) winners.set(baseName(file.path), file);
  }
  // Both sort by bytes, not by the rules of a language.
  const sorted = [...winners].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
  const old = boot === 'procps' ? files.filter(({ path }) => path === OLD_FILE) : [];
  const words = commandLine.map((word) => word.replace(/^sysctl[./]/, ''));
  return [{ path: COMMAND_LINE, lines: words }, ...sorted, ...old];
}

const rank = (path: string): number => FOLDERS.findIndex((folder) => path.startsWith(`${folder}/`));

interface ReadFile {
  readonly path: string;
  readonly assignments: readonly Assignment[] | null;
}

/** Null: somebody who could not be read may have the last word. */
function decide(
  key: string,
  files: readonly ReadFile[],
  { boot, deniedFolders }: BootSettings,
): Persisted | null {
  const foldersDenied = deniedFolders.length > 0;
  let glob: Persisted | null = null;
  let plain: Persisted | null = null;
  let excluded = false;
  let unreadSincePlain = foldersDenied;
  for (const { path, assignments } of files) {
    if (assignments === null) unreadSincePlain = true;
    for (const { pattern, value } of assignments ?? []) {
      if (pattern === key) {
        // `-key` without a value keeps globs away from it (sysctl.d(5)).
        if (value === null) excluded = true;
        else {
          plain = { by: 'file', value, file: path };
          unreadSincePlain = foldersDenied;
        }
      } else if (value !== null && globMatches(pattern, key)) glob = { by: 'file', value, file: path };
    }
  }
  // procps before 4.0 passes globs over, later ones take them in order.
  if (glob !== null && boot === 'procps') return null;
  if (plain !== null) return unreadSincePlain ? null : plain;
  if (unreadSincePlain || files.some(({ assignments }) => assignments === null)) return null;
  return glob === null || excluded ? { by: 'nothing' } : glob;
}

/** tuned starts after the files were applied, and then applies some of them again. */
function withTuned(
  key: string,
  decided: Persisted | null,
  { profile, reapplies }: TunedSettings,
  assignments: readonly Assignment[] | null,
): Persisted | null {
  const again = decided?.by === 'file' && REAPPLIED.test(decided.file) && reapplies;
  if (again) return decided;
  if (assignments === null) return null;
  const own = assignments.findLast(({ pattern, value }) => pattern === key && value !== null);
  if (own === undefined || own.value === null) return decided;
  // An unread file might be applied again after it.
  if (decided === null && reapplies) return null;
  return { by: 'tuned', value: isPlain(own.value) ? own.value : null, profile };
}

/** `>2048` raises only, `${variable}` and functions are worked out by tuned. */
const isPlain = (value: string): boolean => /^[\w.,: -]+$/.test(value);

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
