import type { z } from 'zod';
import type { HmacFiles, ProofFiles, SourceFormat } from '../core/alert/source-format.ts';
import type { AlertRule } from '../core/alert/rules.ts';
import type { ReadSource } from '../core/alert/understand.ts';
import { loadPlaybooks } from '../core/playbook/load.ts';
import type { AlertsSchema } from './alert-schema.ts';
import type { PlaybookFile } from './config.ts';

/** Who may post alerts, and what happens with them. */
export interface AlertSettings {
  /** Labels that may name the host, most telling first. */
  readonly hostLabels: readonly string[];
  readonly rules: readonly AlertRule[];
  readonly sources: readonly AlertSource[];
}

/** One source, whose secrets are still in their files. */
export interface AlertSource extends ReadSource {
  readonly format: SourceFormat;
  readonly proof: ProofFiles;
  readonly challengeFile: string | null;
}

type Written = z.infer<typeof AlertsSchema>;

interface Surroundings {
  /** Where alerts without an own channel go. */
  readonly slackChannel: string | null;
  readonly absolute: (path: string) => string;
  /** The Slack id of a user as written. */
  readonly userId: (written: string) => string;
}

/** The alerts of the configuration as the rest of the program knows them; each source has a channel (checked before). */
export function alertSettings(
  written: Written,
  { slackChannel, absolute, userId }: Surroundings,
): AlertSettings {
  return {
    hostLabels: written.host_labels,
    rules: written.rules.map((rule, at) => ({
      number: at + 1,
      name: rule.name ?? null,
      match: {
        source: rule.match.source ?? null,
        name: rule.match.name ?? null,
        severity: rule.match.severity ?? null,
        host: rule.match.host ?? null,
        group: rule.match.group ?? null,
        zone: rule.match.zone ?? null,
        labels: new Map(Object.entries(rule.match.labels)),
      },
      starts: rule.start ?? null,
      channel: rule.channel ?? null,
      mentions: rule.mention?.map(userId) ?? null,
      playbooks: rule.playbooks ?? null,
    })),
    sources: written.sources.flatMap((source) => {
      const channel = source.channel ?? slackChannel;
      if (channel === null) return [];
      const { name, format, read, linkOrigins, challengeFile } = source;
      return [
        {
          name,
          format,
          read,
          linkOrigins,
          channel,
          mentions: source.mentions.map(userId),
          challengeFile: challengeFile === null ? null : absolute(challengeFile),
          proof: proofAt(source.proof, absolute),
        },
      ];
    }),
  };
}

function proofAt({ bearer, basic, hmac }: ProofFiles, absolute: (path: string) => string): ProofFiles {
  const at = (files: readonly string[]): readonly string[] => files.map(absolute);
  const signed: HmacFiles | null = hmac === null ? null : { ...hmac, files: at(hmac.files) };
  return { bearer: at(bearer), basic: at(basic), hmac: signed };
}

type Add = (where: readonly PropertyKey[], message: string) => void;

/** What the schema of the alerts cannot see: channels that nobody named, playbooks that do not exist. */
export function checkAlerts(
  written: Written,
  slackChannel: string | undefined,
  files: () => readonly PlaybookFile[],
  add: Add,
): void {
  for (const { name, channel } of written.sources) {
    if (channel === null && slackChannel === undefined)
      add(['alerts', 'sources', name], 'alerts need a channel: here, or as slack.channel');
  }
  if (written.rules.every(({ playbooks }) => playbooks === undefined)) return;
  const { playbooks, problems } = loadPlaybooks(files());
  // With a playbook missing its name would be called wrong; whoever uses the playbooks tells of the problems.
  if (problems.length > 0) return;
  const ids = new Set(playbooks.map(({ id }) => id));
  for (const [at, rule] of written.rules.entries()) {
    for (const id of rule.playbooks ?? []) {
      if (!ids.has(id)) add(['alerts', 'rules', at, 'playbooks'], `there is no playbook "${id}"`);
    }
  }
}
