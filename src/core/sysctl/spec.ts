import type { Localized } from '../domain/locale.ts';
import type { Risk, TakesEffect } from '../domain/report.ts';

/** Whether we ever write the key: behind a button, never by us, or never by anybody. */
export type SysctlPolicy = 'offer' | 'advise-only' | 'forbid';

/** What values a key takes and which way we may move it; bounds are our own, the kernel's are far too wide. */
export type SysctlKind =
  | {
      readonly kind: 'int';
      readonly min: number;
      readonly max: number;
      readonly direction: 'raise' | 'lower';
    }
  | {
      readonly kind: 'enum';
      readonly values: readonly string[];
      /** The values we may choose; none for a key that is never offered. */
      readonly choices: readonly string[];
      /** Values that are never moved away from, though they are no choice of ours. */
      readonly keeps?: readonly string[];
      readonly direction: 'choose';
    }
  /** Low and high end of a range. */
  | {
      readonly kind: 'pair';
      readonly min: number;
      readonly max: number;
      readonly minWidth: number;
      readonly direction: 'widen';
    }
  /** Minimum, default and maximum. */
  | { readonly kind: 'triple'; readonly min: number; readonly max: number; readonly direction: 'raise' }
  /** `22,8000-8100`; what is written replaces the whole list. */
  | { readonly kind: 'port-list'; readonly direction: 'merge' };

/** One line of the catalogue. */
export type SysctlSpec = SysctlKind & {
  readonly policy: SysctlPolicy;
  readonly takesEffect: TakesEffect;
  readonly risk: Risk;
  /** Whether a network namespace has its own value (current kernels). */
  readonly scope: 'netns' | 'machine';
  /** What it does and does not do, in one or two sentences. */
  readonly note: Localized;
  readonly source: string;
};
