import { TcpcheckError } from '../core/domain/errors.ts';

/** What the environment says about Slack; null where it says nothing. */
export interface SlackTokens {
  readonly botToken: string | null;
  readonly appToken: string | null;
  readonly signingSecret: string | null;
}

/** How deliveries reach us: over a socket that we open, or as signed requests to our port. */
export type Way =
  | { readonly kind: 'socket'; readonly appToken: string }
  | { readonly kind: 'http'; readonly signingSecret: string };

/** Which tokens to use, or precisely what is wrong with them. An app token means Socket Mode. */
export function checkTokens(given: SlackTokens): { readonly botToken: string; readonly way: Way } {
  const botToken = wanted(given.botToken, 'SLACK_BOT_TOKEN');
  wellFormed(botToken, 'SLACK_BOT_TOKEN', 'xoxb-');
  if (given.appToken !== null) {
    wellFormed(given.appToken, 'SLACK_APP_TOKEN', 'xapp-');
    return { botToken, way: { kind: 'socket', appToken: given.appToken } };
  }
  const signingSecret = wanted(given.signingSecret, 'SLACK_APP_TOKEN or SLACK_SIGNING_SECRET');
  if (/\s/.test(signingSecret) || /^x(ox|app)/.test(signingSecret)) {
    throw malformed('SLACK_SIGNING_SECRET', 'the signing secret of the app’s Basic Information page');
  }
  return { botToken, way: { kind: 'http', signingSecret } };
}

function wanted(token: string | null, name: string): string {
  if (token === null || token === '') throw new TcpcheckError('SLACK_TOKEN_MISSING', `${name} is not set`);
  return token;
}

/** The token itself is never part of a message. */
function wellFormed(token: string, name: string, prefix: string): void {
  if (!token.startsWith(prefix) || !/^[\w-]+$/.test(token)) {
    throw malformed(name, `a token that starts with ${prefix}`);
  }
}

const malformed = (name: string, what: string): TcpcheckError =>
  new TcpcheckError('SLACK_TOKEN_MALFORMED', `${name} does not hold ${what}`);
