import { parseJson } from '../domain/json.ts';

/** The deepest sender nests six levels; what is nested deeper is made to hurt a parser. */
const MAX_DEPTH = 32;

export type ParsedBody =
  { readonly kind: 'json'; readonly json: unknown } | { readonly kind: 'not-json'; readonly problem: string };

/** The JSON of a body, after its bytes were found to be UTF-8 and its nesting to be harmless. */
export function parseBody(body: Uint8Array): ParsedBody {
  const text = decode(body);
  if (text === null) return { kind: 'not-json', problem: 'the body is not UTF-8' };
  if (nestsDeeper(text, MAX_DEPTH))
    return { kind: 'not-json', problem: `the body is nested deeper than ${MAX_DEPTH} levels` };
  const json = parseJson(text);
  return json === undefined ? { kind: 'not-json', problem: 'the body is not JSON' } : { kind: 'json', json };
}

function decode(body: Uint8Array): string | null {
  try {
    // A byte order mark is taken off; bytes that are no text are refused, not replaced.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    return null;
  }
}

const CODE = { quote: 0x22, backslash: 0x5c, open: [0x7b, 0x5b], close: [0x7d, 0x5d] } as const;

/** Counts brackets outside of texts, before anything is built of them. */
function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === CODE.backslash) at += 1;
      else if (code === CODE.quote) quoted = false;
    } else if (code === CODE.quote) quoted = true;
    else if (code === CODE.open[0] || code === CODE.open[1]) depth += 1;
    else if (code === CODE.close[0] || code === CODE.close[1]) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}
