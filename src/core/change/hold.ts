/** How long a host keeps a change without another word, in seconds; its helper has the same bounds. */
export const MIN_HOLD_S = 5;
export const MAX_HOLD_S = 3600;

/** A number of seconds, or until the next boot. */
export type Hold = number | 'reboot';
