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
