/** A role that has started. */
export interface Running {
  /** Takes nothing new, finishes what is under way within its bounds, lets go of everything. */
  stop(): Promise<void>;
}
