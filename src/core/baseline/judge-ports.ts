import { groupDigits } from '../domain/digits.ts';
import type { Localized } from '../domain/locale.ts';
import { TIME_WAIT_S } from '../sysctl/catalogue.ts';
import { contains, parsePortList } from '../sysctl/port-list.ts';
import { RESERVED_PORTS } from '../sysctl/port-range.ts';
import { parseNumbers } from '../sysctl/values.ts';
import { judged, type Case, type Judge } from './judgement.ts';

/** Service ports named in a reason; the rest is counted. */
const MAX_NAMED = 5;

export const twReuse: Judge = ({ relation, host }) => {
  if (relation === 'same') {
    return judged(
      'same',
      'Only connections that this host opens, with timestamps on both ends, gain from it.',
      '이 호스트가 여는 연결 중 양쪽이 timestamps를 쓰는 것에만 도움이 됩니다.',
    );
  }
  if (host.live('net.ipv4.tcp_timestamps') === '0') {
    return judged(
      'no-effect',
      'TCP timestamps are off here, and without them it does nothing.',
      '이 호스트는 TCP timestamps가 꺼져 있어 효과가 없습니다.',
    );
  }
  return judged(
    'worse',
    'Helps only where TIME_WAIT holds the last ports towards one destination; nothing for a listener. The default 2 means loopback only (since Linux 4.19).',
    '한 목적지로 가는 포트를 TIME_WAIT가 다 잡았을 때만 도움이 되고, 리스너에는 효과가 없습니다. 기본값 2는 루프백에만 적용됩니다(Linux 4.19부터).',
  );
};

export const portRange: Judge = (one) => {
  if (one.relation === 'same') {
    return { verdict: 'same', why: reach(one.live) };
  }
  if (one.relation === 'beyond' || portsOf(one.live) >= portsOf(one.template)) {
    return judged(
      'better',
      `It would take ports away. ${reach(one.live).en}`,
      `적용하면 포트가 줄어듭니다. ${reach(one.live).ko}`,
    );
  }
  const taken = servicesInTheWay(one);
  if (taken === null) {
    return judged(
      'harmful',
      'The listening ports could not be read: a wider range may take the port of a service.',
      '리스닝 포트를 읽지 못했습니다. 범위를 넓히면 서비스 포트를 차지할 수 있습니다.',
    );
  }
  if (taken.length > 0) {
    const names = `${taken.slice(0, MAX_NAMED).join(', ')}${taken.length > MAX_NAMED ? ', …' : ''}`;
    return judged(
      'harmful',
      `Services listen inside the wider range (${names}): when one restarts, an outbound connection may have its port. Reserve them first (${RESERVED_PORTS}).`,
      `넓힌 범위 안에 서비스 포트가 있습니다(${names}). 재시작하는 사이 나가는 연결이 그 포트를 차지할 수 있으니 먼저 예약하세요(${RESERVED_PORTS}).`,
    );
  }
  return judged(
    'worse',
    `Helps only where one destination runs out of ports. ${reach(one.live).en} ${reach(one.template).en}`,
    `한 목적지로 가는 포트가 부족할 때만 도움이 됩니다. ${reach(one.live).ko} ${reach(one.template).ko}`,
  );
};

/** Ports somebody listens on that the template's range has, the live one has not, and nobody reserved. */
function servicesInTheWay({ live, template, host }: Case): readonly number[] | null {
  if (host.listenerPorts === null) return null;
  const [now, then] = [live, template].map((pair) => {
    const [low = 0, high = 0] = parseNumbers(pair, 2) ?? [];
    return { low, high };
  });
  const reserved = parsePortList(host.live(RESERVED_PORTS) ?? '') ?? [];
  const inTheWay = host.listenerPorts.filter(
    (port) =>
      then !== undefined &&
      now !== undefined &&
      contains(then, port) &&
      !contains(now, port) &&
      !reserved.some((span) => contains(span, port)),
  );
  return [...new Set(inTheWay)].toSorted((a, b) => a - b);
}

function portsOf(pair: string): number {
  const [low = 0, high = 0] = parseNumbers(pair, 2) ?? [];
  return Math.max(0, high - low + 1);
}

function reach(pair: string): Localized {
  const [low = 0, high = 0] = parseNumbers(pair, 2) ?? [];
  const ports = portsOf(pair);
  const rate = groupDigits(Math.floor(ports / TIME_WAIT_S));
  return {
    en: `${low}-${high}: ${groupDigits(ports)} ports, ${rate} connections a second to one destination.`,
    ko: `${low}-${high}: 포트 ${groupDigits(ports)}개, 목적지당 초당 ${rate}개 연결.`,
  };
}

export const finTimeout: Judge = ({ relation }) => {
  const en = 'It does not touch TIME_WAIT, which always lasts 60 s; only orphaned FIN_WAIT_2 end sooner.';
  const ko = 'TIME_WAIT(항상 60초)에는 영향이 없고, 주인 없는 FIN_WAIT_2만 더 빨리 끝납니다.';
  if (relation === 'behind') return judged('no-effect', en, ko);
  return judged(relation === 'same' ? 'same' : 'better', en, ko);
};

export const twRecycle: Judge = ({ relation }) =>
  relation === 'same'
    ? judged(
        'same',
        'Right: with 1 it would drop clients behind NAT.',
        '올바른 값입니다. 1이면 NAT 뒤 클라이언트의 연결이 끊깁니다.',
      )
    : judged(
        'harmful',
        'It is on, and drops clients behind NAT. Set it to 0.',
        '켜져 있어 NAT 뒤 클라이언트의 연결이 끊깁니다. 0으로 바꾸세요.',
      );

export const conntrackMax: Judge = ({ relation, host }) => {
  if (relation === 'same') {
    return judged(
      'same',
      'Full or not is what counts: look at the drops in /proc/net/stat/nf_conntrack.',
      '중요한 것은 가득 찼는지입니다. /proc/net/stat/nf_conntrack의 drop을 보세요.',
    );
  }
  if (relation === 'beyond') {
    return judged('harmful', 'It would make the table smaller.', '적용하면 테이블이 작아집니다.');
  }
  if (host.trackedConnections === 0) {
    return judged('no-effect', 'Nothing is tracked on this host.', '이 호스트에는 추적하는 연결이 없습니다.');
  }
  return judged(
    'worse',
    'Helps only where the table runs full (drops in /proc/net/stat/nf_conntrack), together with nf_conntrack_buckets; some 320 bytes each.',
    '테이블이 가득 찰 때만(/proc/net/stat/nf_conntrack의 drop) nf_conntrack_buckets와 함께 올립니다. 항목당 약 320바이트입니다.',
  );
};
