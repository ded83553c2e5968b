import type { StartRule } from './alert.ts';
import type { Locale, Localized } from './locale.ts';
import type { Verdict } from './report.ts';

/** All alerts of one name that an incident has heard of. */
export interface AlertKind {
  readonly name: string;
  readonly source: string;
  readonly severity: string | null;
  /** Start of the first firing, by the sender's clock where it tells. */
  readonly sinceMs: number;
  /** Distinct firings: by fingerprint and start. */
  readonly firings: number;
  readonly firing: number;
  readonly alertUrl: string | null;
  readonly silenceUrl: string | null;
}

/** What the last look at the host came to, in a word. */
export interface LookResult {
  readonly verdict: Verdict | 'unreachable' | 'failed';
  /** Why the host could not be looked at. */
  readonly code: string | null;
  /** Title of the worst finding. */
  readonly what: Localized | null;
  readonly atMs: number;
}

/** Whoever has pressed [I'm on it]. */
export interface Ack {
  readonly teamId: string;
  readonly userId: string;
  readonly atMs: number;
}

/** Why a closing look was asked for: every alert has resolved, no word came for hours, or a person wanted it. */
export type RecheckReason = 'resolved' | 'quiet' | 'person';

export type IncidentPhase =
  | { readonly kind: 'open' }
  /** `runsBefore`: how many runs the thread had when the look was asked for; null until then. */
  | {
      readonly kind: 'rechecking';
      readonly why: RecheckReason;
      readonly sinceMs: number;
      readonly runsBefore: number | null;
    }
  | {
      readonly kind: 'closed';
      readonly why: RecheckReason | 'storm-over';
      readonly atMs: number;
    };

/**
 * What is wrong with one host as its alerts tell it: opened by the first, joined by the later ones, closed when all
 * have resolved. Its id is that of the request whose thread shows it.
 */
export interface Incident {
  readonly id: string;
  readonly host: string;
  readonly channel: string;
  readonly locale: Locale;
  readonly source: string;
  readonly mentions: readonly string[];
  readonly rule: StartRule;
  readonly playbooks: readonly string[];
  /** The words of the first alert. */
  readonly symptom: string;
  readonly openedAtMs: number;
  /** When an alert about the host was heard last. */
  readonly heardAtMs: number;
  readonly kinds: readonly AlertKind[];
  /** Firings under names beyond those that are kept. */
  readonly beyond: number;
  /** Deliveries of firings that were known. */
  readonly repeats: number;
  /** How often it was opened again within minutes. */
  readonly flaps: number;
  /** A look waits to be started. */
  readonly wantsLook: boolean;
  /** Looks that alerts have caused. */
  readonly looks: number;
  /** Names of alerts that a look has covered, or will. */
  readonly lookedFor: readonly string[];
  readonly lastLook: LookResult | null;
  readonly ack: Ack | null;
  /** The storm that speaks for it. */
  readonly stormId: string | null;
  readonly phase: IncidentPhase;
}

/** What is remembered of one fingerprint. */
export interface KnownAlert {
  readonly startedAtMs: number | null;
  readonly firing: boolean;
}

/** Why hosts are told of together: the rule that has merged them. */
export type StormRule =
  | { readonly kind: 'many'; readonly hosts: number; readonly withinMs: number }
  | { readonly kind: 'jump'; readonly jump: string }
  | { readonly kind: 'zone'; readonly zone: string };

/** Hosts of one group within a storm. */
export interface StormGroup {
  readonly hosts: number;
  /** How many of them were picked to be looked at. */
  readonly looks: number;
}

/** Many hosts that alert at once, told in one thread of their channel. */
export interface Storm {
  readonly id: string;
  readonly channel: string;
  readonly locale: Locale;
  readonly mentions: readonly string[];
  readonly rule: StormRule;
  readonly startedAtMs: number;
  /** When the last host has joined. */
  readonly lastNewAtMs: number;
  /** Ids of its incidents. */
  readonly members: readonly string[];
  /** Hosts beyond those that are kept. */
  readonly beyond: number;
  readonly groups: Readonly<Record<string, StormGroup>>;
  readonly ack: Ack | null;
  readonly ended: { readonly atMs: number; readonly why: 'resolved' | 'quiet' } | null;
}

/** What a channel has heard lately, from which a storm is told. */
export interface Weather {
  readonly channel: string;
  /** Incidents opened within the last minutes, oldest first. */
  readonly recent: readonly { readonly host: string; readonly incidentId: string; readonly atMs: number }[];
  /** Looks of the last minutes that alerts have caused. */
  readonly looks: readonly {
    readonly host: string;
    readonly reached: boolean;
    /** The look failed at the jump host. */
    readonly jumpFailed: boolean;
    readonly atMs: number;
  }[];
  readonly stormId: string | null;
}

/** Where a host stands, for what concerns several. */
export interface HostSite {
  readonly group: string;
  readonly zone: string;
  readonly jump: string | null;
}

/** Alerts whose host is one of several: a person is asked which. */
export interface HostChoice {
  readonly id: string;
  readonly channel: string;
  readonly locale: Locale;
  readonly named: string;
  readonly candidates: readonly string[];
  readonly alertName: string;
  readonly askedAtMs: number;
  readonly alerts: number;
  readonly chosen: { readonly host: string; readonly userId: string; readonly atMs: number } | null;
}

/** Names in alerts that no host of the inventory has. */
export interface UnknownHosts {
  readonly id: string;
  readonly channel: string;
  readonly locale: Locale;
  readonly sinceMs: number;
  readonly alerts: number;
  readonly named: readonly string[];
  /** Further names. */
  readonly beyond: number;
}
