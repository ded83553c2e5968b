import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Alert, AlertReader, ItemReading } from '../../src/core/alert/alert.ts';
import { SOURCE_FORMATS } from '../../src/core/alert/formats.ts';
import type { HostEntry } from '../../src/core/domain/host.ts';

const FOLDER = resolve(import.meta.dirname, '../fixtures/alerts');

/** A delivery as the sender makes it, or its documents say (README.md there), but for blanks between its fields. */
export const recordedDelivery = (name: string): Buffer => readFileSync(resolve(FOLDER, `${name}.json`));

export function recordedJson(name: string): unknown {
  const json: unknown = JSON.parse(recordedDelivery(name).toString('utf8'));
  return json;
}

/** The reader of a format with its smallest configuration, or more of it. */
export function readerOf(name: string, more: Readonly<Record<string, unknown>> = {}): AlertReader {
  const format = SOURCE_FORMATS.find((one) => one.name === name);
  if (format === undefined) throw new Error(`there is no format ${name}`);
  const secret = name === 'pagerduty' ? { hmac_file: 'secret' } : { bearer_file: 'secret' };
  return format.schema.parse({ ...secret, ...more }).read;
}

export function readItems(read: AlertReader, json: unknown): readonly ItemReading[] {
  const opened = read(json);
  if (opened.kind === 'unreadable') throw new Error(opened.problem);
  return opened.items.map(opened.read);
}

/** The alerts of a delivery; fails where an item is none. */
export const readAlerts = (read: AlertReader, json: unknown): readonly Alert[] =>
  readItems(read, json).map((reading) => {
    if (reading.kind !== 'alert') throw new Error(`${reading.kind}: ${reading.why}`);
    return reading.alert;
  });

/** Hosts of an inventory by their names, each with what differs from the rest. */
export const inventory = (
  hosts: Readonly<Record<string, Partial<HostEntry>>>,
): ReadonlyMap<string, HostEntry> =>
  new Map(
    Object.entries(hosts).map(([name, more]) => [
      name,
      {
        name,
        address: `${name}.example.com`,
        port: 22,
        user: 'tcpcheck',
        knownHostsFile: '/etc/ssh/known_hosts',
        groups: [],
        aliases: [],
        zone: 'default',
        changes: { kind: 'none' },
        ...more,
      },
    ]),
  );
