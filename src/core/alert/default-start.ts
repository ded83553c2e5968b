import type { StartRule } from '../domain/alert.ts';
import type { Alert } from './alert.ts';

/** Whether an alert starts a diagnosis where no rule of the configuration says so, and why. */
export interface StartDecision {
  readonly starts: boolean;
  readonly why: StartRule;
}

/** Words that are about connections, in names of the common rule sets and of people; a star ends a beginning. */
const ABOUT_TCP = wordsOf(
  'tcp, socket*, syn, retrans*, conntrack, nf conntrack, listen*, backlog*, accept queue*, somaxconn, time wait, ' +
    'timewait, close wait, fin wait, syn sent, ephemeral, port exhaustion, ports exhausted, port range, connection*, ' +
    'connect, econn*, eaddr*, etimedout, emfile, enfile, fd, fds, file descriptor*, filedescriptor*, open files, ' +
    'softnet, netdev, orphan*, keepalive, mtu, packet*, network*, receive errs, transmit errs, refused, recv q, send q, ' +
    '연결*, 커넥션*, 소켓*, 포트*, 재전송*, 패킷*, 네트워크*, 백로그*, 접속*',
);
/** Words that are about something that no TCP setting helps. */
const ABOUT_ELSE = wordsOf(
  'disk*, filesystem*, file system*, inode*, storage, volume*, raid, smart, cpu, load, memory, mem, oom, swap, ' +
    'temperature*, battery, fan, power, certificate*, cert, expir*, backup*, ntp, clock*, systemd, cron*, replication, ' +
    'deployment*, crash*, crashloop*, textfile, datasource*, watchdog, deadmansswitch, heartbeat, license*, ' +
    'error budget, kernel module*, reboot required, zfs, edac, 디스크*, 메모리*, 인증서*, 백업*, 파일시스템*',
);
/** Words that say that a host or a service cannot be used, whatever the reason. */
const CANNOT_BE_USED = wordsOf(
  'down, unreachable, unavailable, not reachable, no data, nodata, not responding, no response, timeout*, timed out, ' +
    'latency, slow*, hang*, hung, stuck, lost, gateway, upstream, 502, 503, 504, 5xx, probe fail*, offline, ' +
    '다운*, 응답*, 지연*, 느려*, 타임아웃*, 장애*, 끊*',
);

/**
 * The name of the alert decides before its text does: texts mention much. What is routed to playbooks by the words
 * of the product's own symptoms starts as well.
 */
export function startByWords(
  { name, summary }: Pick<Alert, 'name' | 'summary'>,
  playbooks: () => readonly string[],
): StartDecision {
  for (const text of [name, summary].map(folded)) {
    const tcp = firstIn(text, ABOUT_TCP);
    if (tcp !== null) return { starts: true, why: { kind: 'connections', word: tcp } };
    const other = firstIn(text, ABOUT_ELSE);
    if (other !== null) return { starts: false, why: { kind: 'other', word: other } };
  }
  const unusable = firstIn(folded(`${name} ${summary}`), CANNOT_BE_USED);
  if (unusable !== null) return { starts: true, why: { kind: 'unusable', word: unusable } };
  const [playbook] = playbooks();
  if (playbook !== undefined) return { starts: true, why: { kind: 'symptom', playbook } };
  return { starts: false, why: { kind: 'nothing' } };
}

interface Word {
  readonly word: string;
  readonly beginning: boolean;
}

function wordsOf(list: string): readonly Word[] {
  return list.split(',').map((one) => {
    const text = one.trim();
    return { word: text.replace(/\*$/, ''), beginning: text.endsWith('*') };
  });
}

/** `NodeHighNumberConntrackEntriesUsed`, `1m_tcp_accept_queue_drops`: words with one blank around each. */
const folded = (text: string): string =>
  ` ${text
    .slice(0, 600)
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()} `;

const firstIn = (text: string, words: readonly Word[]): string | null =>
  words.find(({ word, beginning }) => text.includes(beginning ? ` ${word}` : ` ${word} `))?.word ?? null;
