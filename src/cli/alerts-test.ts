import { readFileSync, statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { AlertSource } from '../config/alert-settings.ts';
import { nearestNames } from '../config/nearest-names.ts';
import type { Opened } from '../core/alert/alert.ts';
import { parseBody } from '../core/alert/parse-body.ts';
import { alertUnderstanding, type Understood } from '../core/alert/understand.ts';
import { TcpcheckError } from '../core/domain/errors.ts';
import type { MaintenanceWindow } from '../core/domain/maintenance.ts';
import { maintenanceAt } from '../core/incident/maintenance.ts';
import type { SymptomRouter } from '../core/symptom/route-symptom.ts';
import { usage } from './arguments.ts';
import { showAlerts, type TestedDelivery } from './alerts-test-view.ts';
import { EXIT, type Terminal } from './terminal.ts';

interface AlertsTestContext {
  readonly config: Pick<Config, 'alerts' | 'hosts' | 'maintenance'>;
  readonly route: SymptomRouter;
  readonly terminal: Terminal;
  readonly nowMs: number;
}

interface Wanted {
  /** `-` is standard input. */
  readonly file: string;
  /** Null: the first source that can read it. */
  readonly source: string | null;
  readonly json: boolean;
}

/** What the HTTP server takes at most. */
const MAX_BYTES = 1024 * 1024;
const STDIN = 0;

/**
 * `alerts test FILE`: what would happen with a delivery, without doing it. 0 when every alert that would start a
 * diagnosis names one host, 1 when one does not, 2 when nothing could be read.
 */
export function testAlerts({ config, route, terminal, nowMs }: AlertsTestContext, wanted: Wanted): number {
  const parsed = parseBody(readDelivery(wanted.file));
  if (parsed.kind === 'not-json')
    throw new TcpcheckError('ALERT_INVALID', `${wanted.file}: ${parsed.problem}`);
  const { source, opened } = openWith(
    sourcesFor(config.alerts.sources, wanted.source),
    parsed.json,
    wanted.file,
  );
  const { hostLabels, rules } = config.alerts;
  const understand = alertUnderstanding({ hosts: config.hosts, hostLabels, rules, route });
  const understood: Understood[] = [];
  const skipped = new Map<string, number>();
  for (const reading of opened.items.map(opened.read)) {
    if (reading.kind === 'alert') understood.push(understand(source, reading.alert));
    else skipped.set(reading.why, (skipped.get(reading.why) ?? 0) + 1);
  }
  const maintenanceOf = (name: string): MaintenanceWindow | null =>
    maintenanceAt(config.maintenance, config.hosts.get(name) ?? { name, groups: [] }, nowMs)[0] ?? null;
  const tested: TestedDelivery = { source: source.name, understood, skipped, maintenanceOf };
  terminal.out(showAlerts(tested, terminal.locale, wanted.json));
  return understood.some(startsNowhere) ? EXIT.findings : EXIT.ok;
}

const startsNowhere = ({ notice: { status, target, route } }: Understood): boolean =>
  status === 'firing' && route.starts && target.kind !== 'host';

function readDelivery(file: string): Uint8Array {
  try {
    if (file !== '-' && statSync(file).size > MAX_BYTES)
      throw new TcpcheckError(
        'ALERT_INVALID',
        `${file} is larger than ${MAX_BYTES} bytes, which no source may send`,
      );
    return readFileSync(file === '-' ? STDIN : file);
  } catch (cause) {
    if (cause instanceof TcpcheckError) throw cause;
    throw new TcpcheckError('ALERT_INVALID', `${file} cannot be read`, {
      hint: 'Name a file with the JSON that the sender posts, or - for standard input.',
      cause,
    });
  }
}

function sourcesFor(sources: readonly AlertSource[], name: string | null): readonly AlertSource[] {
  const names = sources.map((source) => source.name);
  if (names.length === 0)
    throw new TcpcheckError('CONFIG_INVALID', 'the configuration has no alert source', {
      hint: 'Add one under alerts.sources, for example alertmanager: {bearer_file: ./alert-secret}.',
    });
  if (name === null) return sources;
  const found = sources.filter((source) => source.name === name);
  if (found.length > 0) return found;
  const near = nearestNames(name, names);
  throw usage(`there is no source "${name}"; did you mean ${(near.length > 0 ? near : names).join(' or ')}?`);
}

type OpenedDelivery = Extract<Opened, { kind: 'delivery' }>;

/** The first that can read it; where none can, each one's reason. */
function openWith(
  sources: readonly AlertSource[],
  json: unknown,
  file: string,
): { readonly source: AlertSource; readonly opened: OpenedDelivery } {
  const problems: string[] = [];
  for (const source of sources) {
    const opened = source.read(json);
    if (opened.kind === 'unreadable') problems.push(`${source.name}: ${opened.problem}`);
    // Any JSON can be held against a mapping; it is the sender's only if something in it is an alert.
    else if (sources.length > 1 && opened.items.every((item) => opened.read(item).kind === 'unreadable'))
      problems.push(`${source.name}: nothing in it is an alert`);
    else return { source, opened };
  }
  throw new TcpcheckError('ALERT_INVALID', `no source can read ${file}:\n  ${problems.join('\n  ')}`);
}
