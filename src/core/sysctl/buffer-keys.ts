import type { SysctlSpec } from './spec.ts';

const IP_SYSCTL = 'kernel.org Documentation/networking/ip-sysctl';

/** Memory of TCP: known so that playbooks can speak about it, never written. */
export const BUFFER_KEYS = {
  'net.ipv4.tcp_mem': {
    kind: 'triple',
    min: 1024,
    max: 2_147_483_648,
    direction: 'raise',
    policy: 'advise-only',
    takesEffect: 'now',
    risk: 'high',
    scope: 'machine',
    note: {
      en: 'Pages that all TCP buffers of the machine may take: relaxed, under pressure, at most. Derived from the memory at boot; a template made for another machine lowers it.',
      ko: '시스템의 모든 TCP 버퍼가 쓸 수 있는 메모리(페이지)로 여유, 압박, 최대의 세 값입니다. 부팅할 때 메모리 크기로 정해지므로 다른 서버의 템플릿을 쓰면 오히려 낮아질 수 있습니다.',
    },
    source: `${IP_SYSCTL}; net/ipv4/tcp.c tcp_init_mem()`,
  },
  'net.core.rmem_max': {
    kind: 'int',
    min: 212_992,
    max: 134_217_728,
    direction: 'raise',
    policy: 'advise-only',
    takesEffect: 'new-sockets',
    risk: 'low',
    scope: 'machine',
    note: {
      en: 'The most an application may ask for with SO_RCVBUF. Receive buffers that the kernel sizes itself are limited by tcp_rmem.',
      ko: '애플리케이션이 SO_RCVBUF로 요청할 수 있는 상한입니다. 커널이 조절하는 수신 버퍼는 tcp_rmem이 제한합니다.',
    },
    source: 'kernel.org Documentation/admin-guide/sysctl/net; net/core/sock.c sock_setsockopt()',
  },
  'net.core.wmem_max': {
    kind: 'int',
    min: 212_992,
    max: 134_217_728,
    direction: 'raise',
    policy: 'advise-only',
    takesEffect: 'new-sockets',
    risk: 'low',
    scope: 'machine',
    note: {
      en: 'The most an application may ask for with SO_SNDBUF. Send buffers that the kernel sizes itself are limited by tcp_wmem.',
      ko: '애플리케이션이 SO_SNDBUF로 요청할 수 있는 상한입니다. 커널이 조절하는 송신 버퍼는 tcp_wmem이 제한합니다.',
    },
    source: 'kernel.org Documentation/admin-guide/sysctl/net; net/core/sock.c sock_setsockopt()',
  },
  'net.core.rmem_default': {
    kind: 'int',
    min: 212_992,
    max: 134_217_728,
    direction: 'raise',
    policy: 'advise-only',
    takesEffect: 'new-sockets',
    risk: 'low',
    scope: 'machine',
    note: {
      en: 'Receive buffer of sockets other than TCP, which takes the middle value of tcp_rmem.',
      ko: 'TCP가 아닌 소켓의 수신 버퍼입니다. TCP는 tcp_rmem의 가운데 값을 씁니다.',
    },
    source: IP_SYSCTL,
  },
  'net.core.wmem_default': {
    kind: 'int',
    min: 212_992,
    max: 134_217_728,
    direction: 'raise',
    policy: 'advise-only',
    takesEffect: 'new-sockets',
    risk: 'low',
    scope: 'machine',
    note: {
      en: 'Send buffer of sockets other than TCP, which takes the middle value of tcp_wmem.',
      ko: 'TCP가 아닌 소켓의 송신 버퍼입니다. TCP는 tcp_wmem의 가운데 값을 씁니다.',
    },
    source: IP_SYSCTL,
  },
  'net.ipv4.tcp_notsent_lowat': {
    kind: 'int',
    min: 16_384,
    max: 4_294_967_295,
    direction: 'lower',
    policy: 'advise-only',
    takesEffect: 'now',
    risk: 'low',
    scope: 'netns',
    note: {
      en: 'Unsent bytes below which a socket counts as writable. Lower values keep less in the kernel; they make nothing faster that waits for its peer.',
      ko: '보내지 않은 데이터가 이 값보다 적으면 소켓에 쓸 수 있다고 알립니다. 낮추면 커널에 쌓이는 데이터가 줄 뿐, 상대를 기다리는 연결이 빨라지지는 않습니다.',
    },
    source: IP_SYSCTL,
  },
} as const satisfies Record<string, SysctlSpec>;
