import { both, commands, myth, paragraph, type Topic } from '../topic.ts';

export const twRecycle: Topic = {
  id: 'tw-recycle',
  names: ['tcp_tw_recycle', 'unsafe-sysctl'],
  title: both('tcp_tw_recycle: never', 'tcp_tw_recycle: 절대 사용 금지'),
  parts: [
    paragraph(
      'It dropped SYNs whose timestamp was older than the last one seen from the same address. Behind a NAT many machines share an address and each has a clock of its own, so some of them could not connect, now and then, without any error on the server.',
      '같은 주소에서 마지막으로 본 것보다 타임스탬프가 오래된 SYN을 버리는 설정이었습니다. NAT 뒤에서는 여러 장비가 한 주소를 쓰고 시계가 제각각이라, 서버에는 아무 오류도 없이 일부 클라이언트만 가끔 접속하지 못했습니다.',
    ),
    paragraph(
      'Removed in Linux 4.12; the key is absent since. On older kernels (RHEL 7) it must be 0, which is the default. PAWSPassive in netstat counts its victims.',
      'Linux 4.12에서 제거되어 이후에는 키가 없습니다. 그 전 커널(RHEL 7)에서는 기본값인 0이어야 합니다. 피해는 netstat의 PAWSPassive로 셉니다.',
    ),
    commands([
      'cat /proc/sys/net/ipv4/tcp_tw_recycle',
      both('"No such file" is good', '"No such file"이면 정상'),
    ]),
  ],
  myths: [
    myth(
      both('reuse and recycle belong together', 'reuse와 recycle은 함께 켠다'),
      both(
        'tcp_tw_reuse concerns connections this host opens, recycle those it accepts; only the first is of use.',
        'tcp_tw_reuse는 이 호스트가 여는 연결, recycle은 받는 연결에 관한 것입니다. 쓸모 있는 것은 앞의 것뿐입니다.',
      ),
    ),
  ],
  see: ['tw-reuse', 'close'],
};
