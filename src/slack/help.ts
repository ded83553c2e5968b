import type { Locale } from '../core/domain/locale.ts';
import { code, fillMd, join, md, type Markup } from '../core/render/markup.ts';
import { BOT } from '../core/render/texts/bot.ts';
import { fill } from '../core/render/texts/text.ts';

/** What of the inventory people see. */
export interface KnownHost {
  readonly name: string;
  readonly groups: readonly string[];
}

/** Names listed in one answer; longer inventories are cut with a count. */
const MAX_IN_HELP = 8;
const MAX_IN_LIST = 60;
const MAX_GROUPS = 15;

/** How to ask, with examples from the inventory. */
export function helpLines(hosts: readonly KnownHost[], locale: Locale): readonly Markup[] {
  const host = hosts[0]?.name ?? 'web-1';
  const group = hosts.flatMap((known) => known.groups)[0];
  const symptom = fill(locale, BOT.exampleSymptom);
  return [
    fillMd(locale, BOT.helpTitle),
    example(`/tcpcheck ${host}`, fillMd(locale, BOT.helpHost)),
    example(`/tcpcheck ${host} ${symptom}`, fillMd(locale, BOT.helpSymptom)),
    ...(group === undefined ? [] : [example(`/tcpcheck ${group}`, fillMd(locale, BOT.helpGroup))]),
    example('/tcpcheck hosts', fillMd(locale, BOT.helpHosts)),
    example('/tcpcheck explain queues', fillMd(locale, BOT.helpExplain)),
    example('/tcpcheck freeze for 2h', fillMd(locale, BOT.helpFreeze)),
    example('/tcpcheck help', fillMd(locale, BOT.helpHelp)),
    fillMd(locale, BOT.helpChanges),
    namesLine(hosts, locale, MAX_IN_HELP),
  ];
}

const example = (command: string, meaning: Markup): Markup => md`• ${code(command, 120)}: ${meaning}`;

/** All hosts, and who belongs to which group. */
export function hostLines(hosts: readonly KnownHost[], locale: Locale): readonly Markup[] {
  const groups = new Map<string, readonly KnownHost[]>();
  for (const host of hosts) {
    for (const group of host.groups) groups.set(group, [...(groups.get(group) ?? []), host]);
  }
  return [
    namesLine(hosts, locale, MAX_IN_LIST),
    ...[...groups.entries()]
      .slice(0, MAX_GROUPS)
      .map(([group, members]) =>
        fillMd(locale, BOT.group, { group: code(group, 66), names: names(members, locale, MAX_IN_HELP) }),
      ),
  ];
}

function namesLine(hosts: readonly KnownHost[], locale: Locale, max: number): Markup {
  if (hosts.length === 0) return fillMd(locale, BOT.noHosts);
  return fillMd(locale, BOT.hosts, { names: names(hosts, locale, max) });
}

function names(hosts: readonly KnownHost[], locale: Locale, max: number): Markup {
  const hidden = hosts.length - max;
  const shown = hosts.slice(0, max).map((host) => code(host.name, 66));
  return join([...shown, ...(hidden > 0 ? [fillMd(locale, BOT.more, { count: hidden })] : [])], ', ');
}
