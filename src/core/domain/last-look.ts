/**
 * Counters since boot as a finished run left them: with those of the next run they make a long sample that costs
 * nothing. They hold for one boot and one network namespace only.
 */
export interface LastLook {
  readonly host: string;
  readonly atMs: number;
  readonly bootId: string;
  readonly netns: string;
  /** By full name of the fact, `counters.listen_overflows_since_boot`. */
  readonly totals: Readonly<Record<string, number>>;
}
