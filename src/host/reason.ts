/** What an error from below says, for our own messages. */
export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
