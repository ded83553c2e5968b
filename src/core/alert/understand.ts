import type { AlertNotice } from '../domain/alert.ts';
import type { HostEntry } from '../domain/host.ts';
import type { SymptomRouter } from '../symptom/route-symptom.ts';
import type { Alert, AlertReader, HostHint } from './alert.ts';
import { hostIndex } from './host-index.ts';
import { checkedLink } from './link.ts';
import { rememberingPlaybooks, routeAlert, type SourceDefaults } from './route-alert.ts';
import type { AlertRule } from './rules.ts';

/** A source as far as understanding its alerts goes. */
export interface ReadSource extends SourceDefaults {
  readonly name: string;
  readonly read: AlertReader;
  readonly linkOrigins: readonly string[];
}

/** An alert as it was understood, and the words that led to its host. */
export interface Understood {
  readonly notice: AlertNotice;
  /** Null where no words led to a host. */
  readonly by: HostHint | null;
}

interface UnderstandOptions {
  readonly hosts: ReadonlyMap<string, HostEntry>;
  /** Labels that may name the host, most telling first. */
  readonly hostLabels: readonly string[];
  readonly rules: readonly AlertRule[];
  readonly route: SymptomRouter;
}

/** From an alert as it was read to a notice that is resolved and routed; the inventory is indexed once, here. */
export function alertUnderstanding(
  options: UnderstandOptions,
): (source: ReadSource, alert: Alert) => Understood {
  const resolve = hostIndex(options.hosts.values());
  const playbooksOf = rememberingPlaybooks(options.route);
  return (source, alert) => {
    const { target, by } = resolve([...alert.hints, ...labelHints(options.hostLabels, alert)]);
    const host = target.kind === 'host' ? (options.hosts.get(target.host) ?? null) : null;
    const { fingerprint, startedAtMs, status, name, summary, severity } = alert;
    return {
      by,
      notice: {
        source: source.name,
        fingerprint,
        startedAtMs,
        status,
        name,
        summary,
        severity,
        alertUrl: checkedLink(alert.alertUrl, source.linkOrigins),
        silenceUrl: checkedLink(alert.silenceUrl, source.linkOrigins),
        target,
        route: routeAlert({ source: source.name, alert, host }, options.rules, source, playbooksOf),
      },
    };
  };
}

const labelHints = (names: readonly string[], { labels }: Alert): readonly HostHint[] =>
  names.flatMap((name) => {
    const text = labels.get(name);
    return text === undefined ? [] : [{ from: `label ${name}`, text }];
  });
