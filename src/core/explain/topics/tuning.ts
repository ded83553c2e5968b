import { both, commands, list, myth, paragraph, type Topic } from '../topic.ts';

export const tuning: Topic = {
  id: 'tuning',
  names: [
    'sysctl',
    'settings',
    'template',
    'persist',
    'kernel-parameters',
    '튜닝',
    '커널파라미터',
    '템플릿',
    '영구적용',
  ],
  title: both('Tuning the kernel: last, and one key at a time', '커널 튜닝: 마지막에, 한 번에 키 하나씩'),
  parts: [
    paragraph(
      'Raising values blindly only changes the form of the failure: memory, descriptors and queues grow, and it breaks elsewhere. A kernel setting is a stopgap, and only where symptom and cause fit it; the application comes first.',
      '무작정 값을 올리면 장애의 형태만 바뀝니다. 메모리, 디스크립터, 큐가 늘어 다른 곳에서 터집니다. 커널 설정은 증상과 원인이 맞을 때의 임시방편이고, 애플리케이션이 먼저입니다.',
    ),
    list(
      both(
        'The kernel takes nonsense: half a range, -5, "1 junk". And sysctl -w reports success for values it could not write. Read back what you wrote.',
        '커널은 반쪽짜리 범위, -5, "1 junk" 같은 값도 받고, sysctl -w는 쓰지 못한 값에도 성공이라고 합니다. 쓴 다음 다시 읽어 보세요.',
      ),
      both(
        'When it counts differs: at once (tcp_tw_reuse), for new sockets (keepalive, buffers), after the process listens again (somaxconn).',
        '적용 시점이 다릅니다: 즉시(tcp_tw_reuse), 새 소켓부터(keepalive, 버퍼), 프로세스가 다시 listen한 뒤(somaxconn).',
      ),
      both(
        'After a reboot the last file wins that names the key: /etc/sysctl.d and its neighbours in the order of file names; /etc/sysctl.conf comes last, under systemd only where sysctl.d links to it. tuned, cloud-init or kubelet may set it again.',
        '재부팅 뒤에는 그 키를 적은 마지막 파일이 이깁니다. /etc/sysctl.d 등은 파일 이름 순서이고, /etc/sysctl.conf는 마지막입니다(systemd에서는 sysctl.d에 링크가 있을 때만). tuned, cloud-init, kubelet이 다시 바꿀 수 있습니다.',
      ),
    ),
    commands('grep -s somaxconn /usr/lib/sysctl.d/* /etc/sysctl.d/* /etc/sysctl.conf', [
      'tcpcheck baseline web-1',
      both('the popular template beside your host', '흔한 템플릿과 호스트를 나란히'),
    ]),
  ],
  myths: [
    myth(
      both('write /etc/sysctl.d/99-x.conf, then sysctl -p', '/etc/sysctl.d/99-x.conf를 쓰고 sysctl -p'),
      both(
        'without a file name it loads /etc/sysctl.conf only: sysctl -p FILE, or sysctl --system.',
        '파일 이름이 없으면 /etc/sysctl.conf만 읽습니다. sysctl -p 파일, 또는 sysctl --system을 쓰세요.',
      ),
    ),
    myth(
      both('sysctl KEY shows that it survives a reboot', 'sysctl KEY로 영구 적용을 확인한다'),
      both(
        'it shows the running value; what survives stands in the files.',
        '지금 값만 보여 줍니다. 재부팅 후의 값은 파일에 있습니다.',
      ),
    ),
  ],
  see: ['tw-reuse', 'backlog', 'buffers', 'bbr'],
};
