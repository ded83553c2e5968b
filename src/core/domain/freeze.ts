import type { Person } from './change.ts';

/** A time of tcpcheck.yaml in which nothing is changed, announced beforehand; also a maintenance window for alerts. */
export interface FreezeWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** Empty where none is given. */
  readonly reason: string;
}

/** Why nothing may be changed at a moment; rolling back always may. */
export type Freeze =
  | ({ readonly kind: 'window' } & FreezeWindow)
  | {
      readonly kind: 'person';
      readonly by: Person;
      readonly fromMs: number;
      /** Null: until somebody lifts it. */
      readonly toMs: number | null;
      readonly reason: string;
    }
  /** Redis was found empty: what was under way is forgotten, so a person decides when changes go on. */
  | { readonly kind: 'emptied'; readonly fromMs: number; readonly toMs: null };

/** What people, or an emptied Redis, have last said about whether changes are frozen. */
export interface Declaration {
  /** Grows with each; an older one never replaces a newer. */
  readonly seq: number;
  readonly freeze: Exclude<Freeze, { kind: 'window' }> | null;
  /** Who said so; null: nobody did. */
  readonly by: Person | null;
  readonly atMs: number;
  /** Where it was said, so that it is announced there too. */
  readonly channel: string | null;
}

/** Whether changes are frozen, and how people change that. */
export interface Freezes {
  /** Holds disk and Redis against each other; fails with REDIS_UNAVAILABLE. */
  now(): Promise<Freeze | null>;
  /** As last seen, without asking anybody: for what is only shown. */
  lastSeen(): Freeze | null;
  /** What stands besides the times that the configuration names. */
  declared(): Promise<Declaration>;
  /** Fails with CHANGE_DECIDED where something else stands by now than `seen`. */
  declare(what: Omit<Declaration, 'seq' | 'atMs'>, seen?: Declaration): Promise<Declaration>;
}

/** What somebody wants of the freeze, understood. */
export type FreezeWish =
  /** `toMs` null: until somebody lifts it. */
  | { readonly kind: 'freeze'; readonly toMs: number | null; readonly reason: string }
  | { readonly kind: 'lift'; readonly reason: string }
  | { readonly kind: 'status' }
  /** The word that was not understood. */
  | { readonly kind: 'unclear'; readonly word: string };

/** What somebody says about the freeze in Slack. */
export interface FreezeSaid {
  readonly teamId: string;
  readonly userId: string;
  readonly channel: string;
  readonly wish: FreezeWish;
  readonly deliveryKey: string;
}
