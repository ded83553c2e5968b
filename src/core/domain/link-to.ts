/** The address of a message, for people’s browsers; null where the workspace has not told its own. */
export type LinkTo = (place: {
  readonly channel: string;
  readonly ts: string;
  /** Of the thread that a reply stands in. */
  readonly threadTs?: string;
}) => string | null;
