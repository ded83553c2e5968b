import { both, commands, list, myth, paragraph, type Topic } from '../topic.ts';

export const conntrack: Topic = {
  id: 'conntrack',
  names: ['nf_conntrack', 'nf_conntrack_max', 'nf_conntrack_buckets', 'nat', 'conntrack-full', '방화벽'],
  title: both('conntrack: the table of firewall and NAT', 'conntrack: 방화벽과 NAT의 테이블'),
  parts: [
    paragraph(
      'Where a firewall or NAT tracks connections, each takes an entry: 5 days while open, 120 s after TIME_WAIT. With a full table new packets vanish: connects time out, in both directions, and no counter of TCP moves.',
      '방화벽이나 NAT가 연결을 추적하면 연결마다 항목이 하나 생깁니다. 열려 있으면 5일, TIME_WAIT가 되면 120초 남습니다. 테이블이 가득 차면 새 패킷이 사라져 양방향 모두 타임아웃되는데 TCP 카운터는 움직이지 않습니다.',
    ),
    list(
      both(
        'Proof: the drop column of /proc/net/stat/nf_conntrack grows, or the kernel log says "table full, dropping packet".',
        '증거: /proc/net/stat/nf_conntrack의 drop 열이 늘거나 커널 로그에 "table full, dropping packet"이 남습니다.',
      ),
      both(
        'Raise nf_conntrack_max and nf_conntrack_buckets together; an entry takes some 320 bytes. Or do not track what needs no tracking (notrack).',
        'nf_conntrack_max와 nf_conntrack_buckets를 함께 올리세요. 항목 하나에 약 320바이트입니다. 추적이 필요 없는 것은 제외(notrack)해도 됩니다.',
      ),
    ),
    commands('cd /proc/sys/net/netfilter && cat nf_conntrack_count nf_conntrack_max', [
      'cat /proc/net/stat/nf_conntrack',
      both('hexadecimal, a row per processor', '16진수, 프로세서마다 한 줄'),
    ]),
  ],
  myths: [
    myth(
      both(
        'nf_conntrack_max = 1048576 belongs on every server',
        'nf_conntrack_max = 1048576은 모든 서버에 넣는다',
      ),
      both(
        'where nothing is tracked it does nothing or does not exist; never load the module for it.',
        '추적하지 않으면 효과가 없거나 키 자체가 없습니다. 이를 위해 모듈을 올리지 마세요.',
      ),
    ),
  ],
  see: ['errors', 'half-open'],
};
