/** Slack takes 3,000 characters in a button's link. */
const MAX_LINK_CHARS = 2_000;

/**
 * A link of a sender's system that may be shown: https, no password in it, and of the named origins where any
 * are named; plain http only of a named origin. Null for anything else.
 */
export function checkedLink(raw: string | null, origins: readonly string[]): string | null {
  if (raw === null || !URL.canParse(raw)) return null;
  const url = new URL(raw);
  if (url.username !== '' || url.password !== '') return null;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const named = origins.includes(url.origin);
  if (!named && (origins.length > 0 || url.protocol === 'http:')) return null;
  // The parser has escaped `<`, `>` and quotes; a bar would end the link in mrkdwn.
  const href = url.href.replaceAll('|', '%7C');
  return href.length <= MAX_LINK_CHARS ? href : null;
}
