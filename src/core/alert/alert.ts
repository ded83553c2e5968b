import type { AlertWords } from '../domain/alert.ts';

/** An alert of whatever source, reduced to what the product needs; texts cut to bounds, links not yet checked. */
export interface Alert extends AlertWords {
  readonly labels: ReadonlyMap<string, string>;
  /** What the source itself says about the host, most telling first; labels are looked at after it. */
  readonly hints: readonly HostHint[];
}

/** Words that may name a host, and where they stood. */
export interface HostHint {
  readonly from: string;
  readonly text: string;
}

/** One item of a delivery: an alert, something that is none (and why), or nothing that could be read. */
export type ItemReading =
  | { readonly kind: 'alert'; readonly alert: Alert }
  | { readonly kind: 'ignored'; readonly why: string }
  | { readonly kind: 'unreadable'; readonly why: string };

/** A delivery recognised as one of its source: its items, each read by itself, so that one bad item costs no other. */
export type Opened =
  | {
      readonly kind: 'delivery';
      readonly items: readonly unknown[];
      readonly read: (item: unknown) => ItemReading;
      /** When the sender made it, where it says so under its signature. */
      readonly sentAtMs: number | null;
    }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Looks at the JSON of one delivery; never throws, whatever it is. */
export type AlertReader = (json: unknown) => Opened;
