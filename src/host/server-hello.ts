import { readField } from './ssh-wire.ts';

/** Enough for a greeting, the identification line and the first KEXINIT of every server we know (OpenSSH: 1.2 KB). */
export const HELLO_LIMIT_BYTES = 8 * 1024;
/** Longest piece of a server's own words that we repeat in a message. */
const QUOTE_LIMIT_CHARS = 120;
const KEXINIT = 20;
/** Packet length, padding length, message number, cookie (RFC 4253 §6, §7.1). */
const PACKET_HEAD_BYTES = 5;
const LISTS_OFFSET_BYTES = PACKET_HEAD_BYTES + 1 + 16;

/** What a server said in plain text before the connection was encrypted. */
export interface ServerHello {
  /** Its software as it names it (`OpenSSH_9.2p1 Debian-2`); null when no identification line came. */
  readonly software: string | null;
  /** Lines in front of, or in place of, the identification line: sshd says there why it drops us. */
  readonly greeting: string;
  /** Algorithms of its KEXINIT; null when none came. */
  readonly offer: ServerOffer | null;
}

export interface ServerOffer {
  readonly kex: string;
  readonly hostKeys: string;
  readonly ciphers: string;
  readonly macs: string;
}

/** Reads the first bytes of a server, for messages only: nothing is decided by them. */
export function readServerHello(bytes: Buffer): ServerHello {
  const text = bytes.toString('latin1');
  const start = text.startsWith('SSH-') ? 0 : text.indexOf('\nSSH-') + 1;
  const found = start > 0 || text.startsWith('SSH-');
  const end = found ? text.indexOf('\n', start) : -1;
  const ident = end < 0 ? null : text.slice(start, end);
  return {
    software: ident === null ? null : quotable(ident.replace(/^SSH-[\d.]+-/, '')),
    greeting: quotable(found ? text.slice(0, start) : text),
    offer: end < 0 ? null : readOffer(bytes.subarray(end + 1)),
  };
}

function readOffer(packet: Buffer): ServerOffer | null {
  if (packet[PACKET_HEAD_BYTES] !== KEXINIT) return null;
  const lists: string[] = [];
  let offset = LISTS_OFFSET_BYTES;
  for (let i = 0; i < 6; i += 1) {
    const field = readField(packet, offset);
    if (field === null) return null;
    lists.push(printable(field.value.toString('latin1')));
    offset = field.next;
  }
  const [kex = '', hostKeys = '', , ciphers = '', , macs = ''] = lists;
  return { kex, hostKeys, ciphers, macs };
}

const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]+/g, ' ').trim();

/** A server's words, made harmless: one line of printable ASCII, of bounded length. */
export function quotable(text: string, limitChars = QUOTE_LIMIT_CHARS): string {
  const line = printable(text);
  return line.length <= limitChars ? line : `${line.slice(0, limitChars)}…`;
}
