import type { Localized } from '../domain/locale.ts';
import { parseNumbers } from '../sysctl/values.ts';
import { olderThan } from './host-view.ts';
import { judged, type Case, type Judge } from './judgement.ts';

const MIB = 1024 * 1024;
const mib = (bytes: number): string => `${Math.round((bytes / MIB) * 10) / 10} MiB`;

/** tcp_rmem and tcp_wmem: minimum, start, maximum. */
export const autotuned: Judge = (one) => {
  if (one.relation === 'same') {
    return judged(
      'same',
      'An old default of the kernel, which sizes buffers by itself between these.',
      '커널의 예전 기본값입니다. 이 사이에서 커널이 스스로 조절합니다.',
    );
  }
  const lowered = loweredPart(one);
  if (lowered !== null) return { verdict: 'harmful', why: lowered };
  return judged(
    'worse',
    'Helps only where bandwidth times round trip exceeds the maximum and the program reads fast; memory is paid per connection.',
    '대역폭 × 왕복 시간이 최댓값을 넘고 프로그램이 빨리 읽을 때만 도움이 됩니다. 메모리는 연결마다 듭니다.',
  );
};

const PARTS: readonly Localized[] = [
  { en: 'minimum', ko: '최솟값' },
  { en: 'start', ko: '시작값' },
  { en: 'maximum', ko: '최댓값' },
];

/** The largest part that the template would lower, in words. */
function loweredPart({ live, template }: Case): Localized | null {
  const [is, wanted] = [parseNumbers(live, 3) ?? [], parseNumbers(template, 3) ?? []];
  const at = is.findLastIndex((value, index) => value > (wanted[index] ?? value));
  const [from, to, part] = [is[at], wanted[at], PARTS[at]];
  if (from === undefined || to === undefined || part === undefined) return null;
  return {
    en: `It would lower this kernel’s ${part.en} from ${mib(from)} to ${mib(to)}.`,
    ko: `이 커널의 ${part.ko}을 ${mib(from)}에서 ${mib(to)}로 낮춥니다.`,
  };
}

/** rmem_max and wmem_max. */
export const explicitLimit: Judge = ({ key, live, template, relation }) => {
  const option = key.includes('rmem') ? 'SO_RCVBUF' : 'SO_SNDBUF';
  if (relation === 'beyond') {
    const [from, to] = [live, template].map((value) => mib(parseNumbers(value, 1)?.[0] ?? 0));
    return judged(
      'harmful',
      `It would lower the limit from ${from} to ${to}.`,
      `한도를 ${from}에서 ${to}로 낮춥니다.`,
    );
  }
  const en = `TCP sizes its buffers by itself and does not look at it; it only limits what a program asks for with ${option}.`;
  const ko = `TCP는 버퍼를 스스로 조절하며 이 값을 보지 않습니다. 프로그램이 ${option}로 요청하는 크기만 제한합니다.`;
  return judged(relation === 'same' ? 'same' : 'no-effect', en, ko);
};

export const moderateRcvbuf: Judge = ({ relation }) =>
  relation === 'same'
    ? judged('same', 'The default: buffers grow as needed.', '기본값입니다. 버퍼가 필요한 만큼 늘어납니다.')
    : judged(
        'worse',
        'It is off: receive buffers do not grow, and long paths stay slow.',
        '꺼져 있습니다. 수신 버퍼가 늘지 않아 먼 경로가 느립니다.',
      );

export const defaultQdisc: Judge = ({ live, relation }) =>
  relation === 'same'
    ? judged(
        'same',
        'Counts for devices that came up after it was set; bbr does not need it since Linux 4.13.',
        '설정한 뒤에 올라온 장치에만 적용됩니다. Linux 4.13부터 bbr에 필요하지 않습니다.',
      )
    : judged(
        'no-effect',
        `Devices that are up keep what they have (${live.slice(0, 20)}); bbr does not need fq since Linux 4.13.`,
        `이미 올라온 장치는 그대로입니다(${live.slice(0, 20)}). Linux 4.13부터 bbr에 fq가 필요하지 않습니다.`,
      );

export const congestionControl: Judge = ({ live, relation, host }) => {
  if (relation === 'same') {
    return judged(
      'same',
      'Good on long paths with loss; it takes bandwidth from cubic flows beside it.',
      '유실이 있는 먼 경로에 좋습니다. 옆의 cubic 연결에서 대역폭을 빼앗습니다.',
    );
  }
  if (olderThan(host, 4, 9)) {
    return judged(
      'no-effect',
      'This kernel has no bbr (since Linux 4.9): the write fails.',
      '이 커널에는 bbr이 없습니다(Linux 4.9부터). 쓰기가 실패합니다.',
    );
  }
  return judged(
    'worse',
    `${live.slice(0, 20)} is right without loss. bbr helps only on long paths with loss, for new connections, and does not end retransmissions.`,
    `유실이 없으면 ${live.slice(0, 20)}로 충분합니다. bbr은 유실이 있는 먼 경로의 새 연결에만 도움이 되고, 재전송을 없애지는 않습니다.`,
  );
};

export const fileMax: Judge = ({ live, relation }) => {
  if (relation === 'same') {
    return judged(
      'same',
      'The limit of the whole machine; "Too many open files" is that of one process alone.',
      '시스템 전체의 한도입니다. "Too many open files"는 프로세스의 한도입니다.',
    );
  }
  if (relation === 'beyond') {
    return judged(
      'harmful',
      `It would lower the limit of the machine from ${live.slice(0, 20)}.`,
      `시스템 전체의 한도를 ${live.slice(0, 20)}에서 낮춥니다.`,
    );
  }
  return judged(
    'worse',
    'Helps only against "Too many open files in system" (ENFILE); without "in system" it is the process whose limit is reached.',
    '"Too many open files in system"(ENFILE)에만 도움이 됩니다. "in system"이 없으면 프로세스의 한도입니다.',
  );
};

export const nrOpen: Judge = ({ live, relation }) => {
  if (relation === 'same') {
    return judged(
      'same',
      'The most that one process may be allowed; its own limit is LimitNOFILE.',
      '프로세스에 허용할 수 있는 최댓값입니다. 실제 한도는 LimitNOFILE입니다.',
    );
  }
  if (relation === 'beyond') {
    return judged(
      'harmful',
      `It would lower it from ${live.slice(0, 20)}: services and logins that ask for more fail to start, SSH included.`,
      `${live.slice(0, 20)}에서 낮춥니다. 더 큰 한도를 요청하는 서비스와 로그인(SSH 포함)이 실패합니다.`,
    );
  }
  return judged(
    'worse',
    'Needed only for a LimitNOFILE above the live value.',
    '지금 값보다 큰 LimitNOFILE이 필요할 때만 의미가 있습니다.',
  );
};
