import { BUFFER_KEYS } from './buffer-keys.ts';
import { MACHINE_KEYS } from './machine-keys.ts';
import type { SysctlSpec } from './spec.ts';
import { TIMER_KEYS } from './timer-keys.ts';

/** Seconds Linux keeps a TIME_WAIT (TCP_TIMEWAIT_LEN, include/net/tcp.h); no setting changes it. */
export const TIME_WAIT_S = 60;

const IP_SYSCTL = 'kernel.org Documentation/networking/ip-sysctl';

/**
 * Every key the product knows: the ones it offers, and the popular ones it has an opinion about. The kernel
 * takes -5, "1 junk" or half a pair without complaint, so the grammar and bounds here are the only guard.
 */
export const SYSCTL_CATALOGUE = {
  ...TIMER_KEYS,
  ...BUFFER_KEYS,
  ...MACHINE_KEYS,
  'net.ipv4.tcp_tw_reuse': {
    kind: 'enum',
    values: ['0', '1', '2'],
    // 2 is "loopback only" since 4.19 and undefined before; 0 would take something away.
    choices: ['1'],
    direction: 'choose',
    policy: 'offer',
    takesEffect: 'now',
    risk: 'medium',
    scope: 'netns',
    note: {
      en: 'Lets an outbound connect() take over a TIME_WAIT port that is older than one second. Needs TCP timestamps on both ends.',
      ko: '나가는 connect()가 1초 이상 지난 TIME_WAIT 포트를 다시 쓰게 합니다. 양쪽 모두 TCP timestamps가 켜져 있어야 합니다.',
    },
    source: `${IP_SYSCTL}; net/ipv4/tcp_ipv4.c tcp_twsk_unique()`,
  },
  'net.ipv4.ip_local_port_range': {
    kind: 'pair',
    min: 1024,
    max: 65_535,
    minWidth: 1000,
    direction: 'widen',
    policy: 'offer',
    takesEffect: 'now',
    risk: 'medium',
    scope: 'netns',
    note: {
      en: 'Ports for outbound connections. A wider range may take the port of a service that starts later, so its port is reserved first.',
      ko: '나가는 연결에 쓰는 포트 범위입니다. 넓히면 나중에 뜨는 서비스의 포트를 차지할 수 있어, 그 포트를 먼저 예약합니다.',
    },
    source: `${IP_SYSCTL}; net/ipv4/inet_hashtables.c __inet_hash_connect()`,
  },
  'net.ipv4.ip_local_reserved_ports': {
    kind: 'port-list',
    direction: 'merge',
    policy: 'offer',
    takesEffect: 'now',
    risk: 'low',
    scope: 'netns',
    note: {
      en: 'Ports that outbound connections never get by themselves. Writing replaces the whole list, so it is read and merged.',
      ko: '나가는 연결에 자동으로 배정하지 않는 포트입니다. 쓰면 목록 전체가 바뀌므로 읽어서 합친 뒤 씁니다.',
    },
    source: IP_SYSCTL,
  },
  'net.core.somaxconn': {
    kind: 'int',
    min: 128,
    // Kernel 3.10 keeps the queue length in 16 bits: with 65535 "full" is never true and the counter wraps.
    max: 32_768,
    direction: 'raise',
    policy: 'offer',
    takesEffect: 'relisten',
    risk: 'low',
    scope: 'netns',
    note: {
      en: 'Upper limit of the backlog an application may ask for. A listener keeps what it got until it calls listen() again.',
      ko: '애플리케이션이 요청할 수 있는 backlog의 상한입니다. 리스너는 listen()을 다시 호출할 때까지 이전 값을 유지합니다.',
    },
    source: `${IP_SYSCTL}; net/socket.c __sys_listen()`,
  },
  'net.ipv4.tcp_tw_recycle': {
    kind: 'enum',
    values: ['0'],
    choices: [],
    direction: 'choose',
    policy: 'forbid',
    takesEffect: 'now',
    risk: 'high',
    scope: 'netns',
    note: {
      en: 'Never: it drops connections of clients behind NAT. Removed in Linux 4.12.',
      ko: '절대 사용하지 마세요. NAT 뒤 클라이언트의 연결이 끊깁니다. Linux 4.12에서 제거되었습니다.',
    },
    source: 'Linux 4.12, commit 4396e46187ca',
  },
  'net.ipv4.tcp_fin_timeout': {
    kind: 'int',
    min: 5,
    max: 120,
    direction: 'lower',
    policy: 'advise-only',
    takesEffect: 'new-sockets',
    risk: 'low',
    scope: 'netns',
    note: {
      en: 'How long an orphaned FIN_WAIT_2 lives. It does not touch TIME_WAIT, which always lasts 60 s.',
      ko: '주인 없는 FIN_WAIT_2의 유지 시간입니다. 항상 60초인 TIME_WAIT에는 영향이 없습니다.',
    },
    source: IP_SYSCTL,
  },
  'net.ipv4.tcp_max_tw_buckets': {
    kind: 'int',
    min: 4096,
    max: 2_097_152,
    direction: 'raise',
    policy: 'advise-only',
    takesEffect: 'now',
    risk: 'low',
    scope: 'netns',
    note: {
      en: 'A cap against attacks. Lowering it ends TIME_WAIT early, so that old packets can slip into new connections.',
      ko: '공격에 대비한 상한입니다. 낮추면 TIME_WAIT가 일찍 끝나 이전 연결의 패킷이 새 연결에 섞일 수 있습니다.',
    },
    source: IP_SYSCTL,
  },
  'net.ipv4.tcp_abort_on_overflow': {
    kind: 'enum',
    values: ['0', '1'],
    choices: [],
    direction: 'choose',
    policy: 'advise-only',
    takesEffect: 'now',
    risk: 'high',
    scope: 'netns',
    note: {
      en: 'Resets clients whose handshake meets a full queue instead of letting them try again.',
      ko: '큐가 가득 찼을 때 클라이언트가 재시도하게 두지 않고 RST로 끊습니다.',
    },
    source: IP_SYSCTL,
  },
  'net.ipv4.tcp_max_syn_backlog': {
    kind: 'int',
    min: 128,
    max: 65_535,
    direction: 'raise',
    policy: 'advise-only',
    takesEffect: 'now',
    risk: 'low',
    scope: 'netns',
    note: {
      en: 'Only consulted while tcp_syncookies is 0. With the default of 1 it has no effect.',
      ko: 'tcp_syncookies가 0일 때만 쓰입니다. 기본값 1에서는 효과가 없습니다.',
    },
    source: 'net/ipv4/tcp_input.c tcp_conn_request()',
  },
  'net.ipv4.tcp_rmem': {
    kind: 'triple',
    min: 4096,
    max: 67_108_864,
    direction: 'raise',
    policy: 'advise-only',
    takesEffect: 'new-sockets',
    risk: 'medium',
    scope: 'netns',
    note: {
      en: 'The kernel tunes receive buffers by itself. Popular templates repeat the default, or lower it on new kernels.',
      ko: '수신 버퍼는 커널이 스스로 조절합니다. 흔한 템플릿의 값은 기본값과 같거나 최신 커널에서는 오히려 낮춥니다.',
    },
    source: IP_SYSCTL,
  },
  'net.ipv4.tcp_wmem': {
    kind: 'triple',
    min: 4096,
    max: 67_108_864,
    direction: 'raise',
    policy: 'advise-only',
    takesEffect: 'new-sockets',
    risk: 'medium',
    scope: 'netns',
    note: {
      en: 'The kernel tunes send buffers by itself. Popular templates only repeat the default.',
      ko: '송신 버퍼는 커널이 스스로 조절합니다. 흔한 템플릿의 값은 기본값과 같습니다.',
    },
    source: IP_SYSCTL,
  },
} as const satisfies Record<string, SysctlSpec>;

type CatalogueKey = keyof typeof SYSCTL_CATALOGUE;
const isCatalogueKey = (key: string): key is CatalogueKey => Object.hasOwn(SYSCTL_CATALOGUE, key);

/** The keys of the catalogue. */
export const sysctlKeys = (): readonly CatalogueKey[] => Object.keys(SYSCTL_CATALOGUE).filter(isCatalogueKey);

const SPECS: ReadonlyMap<string, SysctlSpec> = new Map(Object.entries(SYSCTL_CATALOGUE));

/** The catalogue's line of a key; undefined for a key we know nothing about. */
export const findSysctl = (key: string): SysctlSpec | undefined => SPECS.get(key);
