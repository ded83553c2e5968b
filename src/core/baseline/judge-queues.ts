import type { Localized } from '../domain/locale.ts';
import { parseNumbers } from '../sysctl/values.ts';
import { olderThan } from './host-view.ts';
import { byRelation, judged, type Judge } from './judgement.ts';

/** Enough for any burst a program can catch up with; the kernel's default since 5.4. */
const PLENTY = 4096;

export const somaxconn: Judge = ({ live, relation, host }) => {
  if (olderThan(host, 4, 0)) {
    return judged(
      relation === 'beyond' ? 'better' : 'harmful',
      'This kernel keeps the queue length in 16 bits: with 65535 "full" is never true and the counter wraps. Stay at 32768 or below.',
      '이 커널은 큐 길이를 16비트로 셉니다. 65535면 "가득 참"이 성립하지 않고 카운터가 넘칩니다. 32768 이하로 두세요.',
    );
  }
  if (relation === 'same') {
    return judged(
      'same',
      'So long a queue hides a slow program: clients give up before their turn comes. 4096 to 16384 is enough.',
      '이렇게 긴 큐는 느린 프로그램을 가립니다. 차례가 오기 전에 클라이언트가 포기합니다. 4096~16384면 충분합니다.',
    );
  }
  if ((parseNumbers(live, 1)?.[0] ?? 0) >= PLENTY) {
    return judged(
      'better',
      'Long enough for a burst; 65535 only turns overload into waiting.',
      '순간 폭주에는 충분합니다. 65535는 과부하를 대기 시간으로 바꿀 뿐입니다.',
    );
  }
  return judged(
    'worse',
    'Short for a burst: 4096 would do. It counts only after the program listens again, and only if it asks for more itself.',
    '순간 폭주에는 짧습니다. 4096이면 됩니다. 프로그램이 다시 listen하고, 스스로 더 크게 요청해야 적용됩니다.',
  );
};

export const maxSynBacklog: Judge = ({ relation, host }) => {
  if (relation === 'beyond') {
    return judged('better', 'It would lower the limit.', '적용하면 한도가 낮아집니다.');
  }
  if (host.live('net.ipv4.tcp_syncookies') !== '0' && !olderThan(host, 4, 4)) {
    return judged(
      relation === 'same' ? 'same' : 'no-effect',
      'While tcp_syncookies is not 0 the kernel does not look at it; the backlog of the listener is the limit.',
      'tcp_syncookies가 0이 아니면 커널은 이 값을 보지 않습니다. 한도는 리스너의 backlog입니다.',
    );
  }
  return judged(
    relation === 'same' ? 'same' : 'worse',
    'Counts on this host, up to the backlog of the listener; SYN cookies are the better defence.',
    '이 호스트에서는 리스너의 backlog까지 효과가 있습니다. 방어에는 SYN cookie가 낫습니다.',
  );
};

export const syncookies: Judge = ({ live, relation }) => {
  if (relation === 'same') {
    return judged(
      'same',
      'The default: a full SYN queue loses nothing.',
      '기본값입니다. SYN 큐가 차도 잃는 것이 없습니다.',
    );
  }
  if (live === '2') {
    return judged(
      'worse',
      '2 sends cookies always and is meant for tests.',
      '2는 항상 쿠키를 보내는 테스트용 값입니다.',
    );
  }
  return judged(
    'worse',
    'It is off: a full SYN queue drops clients.',
    '꺼져 있습니다. SYN 큐가 차면 클라이언트의 SYN을 버립니다.',
  );
};

const KEEPALIVE: Localized = {
  en: 'Counts only for sockets with SO_KEEPALIVE, and only for new ones.',
  ko: 'SO_KEEPALIVE를 켠 새 소켓에만 적용됩니다.',
};

export const keepaliveTime: Judge = byRelation({
  same: {
    en: `${KEEPALIVE.en} Too late behind a balancer that forgets after 350 s.`,
    ko: `${KEEPALIVE.ko} 350초 만에 잊는 로드밸런서 뒤에서는 늦습니다.`,
  },
  behind: {
    en: `${KEEPALIVE.en} Take less than half of the shortest idle time of balancers on the way: 120 s rather than 600.`,
    ko: `${KEEPALIVE.ko} 경로의 로드밸런서 유휴 시간의 절반보다 짧게, 600초보다는 120초가 낫습니다.`,
  },
  beyond: [
    'better',
    { en: `Sooner than the template. ${KEEPALIVE.en}`, ko: `템플릿보다 빠릅니다. ${KEEPALIVE.ko}` },
  ],
});

export const keepaliveProbe: Judge = byRelation({
  same: KEEPALIVE,
  behind: KEEPALIVE,
  beyond: [
    'better',
    { en: `Sooner than the template. ${KEEPALIVE.en}`, ko: `템플릿보다 빠릅니다. ${KEEPALIVE.ko}` },
  ],
});
