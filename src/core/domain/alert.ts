/** What an alert is about: one host of the inventory, several that it could be, or none. */
export type AlertTarget =
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'choice'; readonly candidates: readonly string[]; readonly named: string }
  | { readonly kind: 'unknown'; readonly named: string };

/** What has decided whether an alert starts a diagnosis. */
export type StartRule =
  /** A rule of the configuration, counted from 1. */
  | { readonly kind: 'configured'; readonly number: number; readonly name: string | null }
  /** Without one, a word of the alert: it is about connections, or about something else, or of what may be the network. */
  | { readonly kind: 'connections' | 'other' | 'unusable'; readonly word: string }
  | { readonly kind: 'symptom'; readonly playbook: string }
  | { readonly kind: 'nothing' };

/** How the configuration routes an alert. */
export interface AlertRoute {
  readonly channel: string;
  readonly mentions: readonly string[];
  /** Whether a diagnosis is started; else the alert is acknowledged and only counted (with the rule's reason). */
  readonly starts: boolean;
  readonly rule: StartRule;
  /** Playbooks ranked first, by the words of the alert. */
  readonly playbooks: readonly string[];
}

/** What the sender says of an alert; texts are raw. */
export interface AlertWords {
  /** The same alert through all its firings and its resolve; letters, digits and `.:@/_-` only. */
  readonly fingerprint: string;
  /** Start of this firing; null where the sender does not say. With the fingerprint it names one firing. */
  readonly startedAtMs: number | null;
  readonly status: 'firing' | 'resolved';
  readonly name: string;
  readonly summary: string;
  readonly severity: string | null;
  /** Links to it in the sender's system; null where it gives none. */
  readonly alertUrl: string | null;
  readonly silenceUrl: string | null;
}

/** One alert of a delivery, read, resolved and routed; of its links only checked ones are left. */
export interface AlertNotice extends AlertWords {
  readonly source: string;
  readonly target: AlertTarget;
  readonly route: AlertRoute;
}

/** Takes the notices of one delivery; `unavailable` when they could not be stored durably: the sender must send again. */
export type AlertIntake = (
  notices: readonly AlertNotice[],
) => Promise<
  | { readonly kind: 'accepted'; readonly counts: Readonly<Record<string, number>> }
  | { readonly kind: 'unavailable' }
>;
