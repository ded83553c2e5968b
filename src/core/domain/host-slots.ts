interface Placed {
  readonly id: string;
  readonly host: string;
}

/** A place of a host. */
interface TakenPlace {
  /** Whose places were taken before. */
  readonly others: readonly string[];
  /** False where the change had one already: then it is not this call's to give back. */
  readonly isNew: boolean;
}

/** Which changes a host was given, so that it gets neither too many nor two of the same setting at once. */
export interface HostSlots {
  /** Takes a place, and tells whose were taken before; null when as many as may be were taken within the hour. */
  take(change: Placed, perHour: number): Promise<TakenPlace | null>;
  giveBack(change: Placed): Promise<void>;
}
