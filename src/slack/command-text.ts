/** What a person wants of `/tcpcheck`. */
export type Wish =
  | { readonly kind: 'help' }
  | { readonly kind: 'hosts' }
  /** An empty topic asks for the overview. */
  | { readonly kind: 'explain'; readonly topic: string }
  /** The words behind `freeze`. */
  | { readonly kind: 'freeze'; readonly words: readonly string[] }
  /** What only the terminal does. */
  | { readonly kind: 'terminal-only'; readonly command: 'baseline' | 'watch' }
  | { readonly kind: 'diagnose'; readonly target: string; readonly symptom: string };

/** Slack takes longer commands than anybody types. */
const MAX_CHARS = 1_000;

/** Reads what was typed behind the command. Words for help win over a host of the same name. */
export function readCommand(typed: string): Wish {
  const [first = '', ...rest] = unescaped(typed.slice(0, MAX_CHARS)).trim().split(/\s+/);
  const word = first.toLowerCase();
  if (word === '' || word === 'help' || word === '?' || word === '도움말') return { kind: 'help' };
  if (word === 'hosts') return { kind: 'hosts' };
  if (word === 'explain' || word === '설명') return { kind: 'explain', topic: rest.map(bare).join(' ') };
  if (word === 'freeze' || word === '동결') {
    return { kind: 'freeze', words: rest.map(bare).filter((one) => one !== '') };
  }
  if (word === 'baseline' || word === 'watch') return { kind: 'terminal-only', command: word };
  return { kind: 'diagnose', target: bare(first), symptom: rest.map(bare).join(' ') };
}

/** Slack makes `<http://web-1.example.com|web-1.example.com>` of names that look like addresses. */
function bare(word: string): string {
  const link =
    /^<(?:https?:\/\/|mailto:)[^|>]*\|([^>]*)>$/.exec(word) ?? /^<https?:\/\/([^|>/]*)\/?>$/.exec(word);
  return link?.[1] ?? word;
}

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

const unescaped = (text: string): string =>
  text.replaceAll(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
