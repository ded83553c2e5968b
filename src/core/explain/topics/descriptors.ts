import { both, commands, list, myth, paragraph, type Topic } from '../topic.ts';

export const descriptors: Topic = {
  id: 'descriptors',
  names: [
    'fd',
    'fds',
    'file-descriptors',
    'emfile',
    'enfile',
    'ulimit',
    'limitnofile',
    'too-many-open-files',
    'file-max',
    'nr_open',
    'file-nr',
    'fd-exhaustion-process',
    'fd-exhaustion-system',
    '디스크립터',
    '파일디스크립터',
  ],
  title: both('Descriptors: two limits, two errors', '파일 디스크립터: 한도 두 개, 오류 두 개'),
  parts: [
    paragraph(
      'To a process every socket is a file descriptor. Two limits stop it, and they are raised in different places:',
      '소켓은 모두 프로세스의 파일 디스크립터입니다. 막는 한도가 두 가지이고, 올리는 곳이 서로 다릅니다.',
    ),
    list(
      both(
        'EMFILE, "Too many open files": the limit of the process (RLIMIT_NOFILE). LimitNOFILE= in the systemd unit and a restart, or prlimit on the running process at once. ulimit and limits.conf do not reach services of systemd.',
        'EMFILE, "Too many open files": 프로세스의 한도(RLIMIT_NOFILE)입니다. systemd 유닛의 LimitNOFILE=을 바꾸고 재시작하거나, 실행 중인 프로세스에 prlimit을 쓰면 바로 적용됩니다. ulimit과 limits.conf는 systemd 서비스에 적용되지 않습니다.',
      ),
      both(
        'ENFILE, "Too many open files in system": the limit of the whole machine (fs.file-max). Rare.',
        'ENFILE, "Too many open files in system": 시스템 전체의 한도(fs.file-max)입니다. 드뭅니다.',
      ),
    ),
    commands(
      'grep "open files" /proc/PID/limits; ls /proc/PID/fd | wc -l',
      ['prlimit --pid PID --nofile=65536:65536', both('at once, until it restarts', '즉시, 재시작 전까지')],
      ['cat /proc/sys/fs/file-nr', both('allocated, always 0, maximum', '할당, 항상 0, 최대')],
    ),
    paragraph(
      'A process without descriptors cannot accept(): its accept queue fills and looks like a small backlog. And often the limit is not too low but something leaks: look for CLOSE_WAIT first.',
      '디스크립터가 없으면 accept()를 못 하므로 accept 큐가 차서 backlog가 작은 것처럼 보입니다. 한도가 낮은 것이 아니라 누수인 경우도 많으니 CLOSE_WAIT부터 보세요.',
    ),
  ],
  myths: [
    myth(
      both('"Too many open files": raise fs.file-max', '"Too many open files"에는 fs.file-max를 올린다'),
      both(
        'that error is the limit of the process; fs.file-max is never asked.',
        '그 오류는 프로세스의 한도입니다. fs.file-max와는 관계가 없습니다.',
      ),
    ),
    myth(
      both('fs.file-max = 2097152 is a raise', 'fs.file-max = 2097152로 올린다'),
      both(
        'the kernel allows about 10 % of the memory in KiB (2.4 million with 24 GB), systemd since 240 far more: usually it lowers.',
        '커널 기본값은 메모리(KiB)의 약 10%(24 GB에서 약 240만)이고 systemd 240부터는 훨씬 큽니다. 대개 오히려 낮아집니다.',
      ),
    ),
    myth(
      both('fs.nr_open = 2097152 does no harm', 'fs.nr_open = 2097152는 무해하다'),
      both(
        'where services or logins ask for more than that, they fail to start, SSH logins included.',
        '서비스나 로그인이 그보다 큰 한도를 요청하면 시작에 실패합니다. SSH 로그인도 막힐 수 있습니다.',
      ),
    ),
    myth(
      both('file-nr shows open, allocated, maximum', 'file-nr는 열린 수, 할당된 수, 최대를 보여 준다'),
      both(
        'it shows allocated, unused (always 0 since Linux 2.6) and the maximum.',
        '할당된 수, 미사용(Linux 2.6부터 항상 0), 최대입니다.',
      ),
    ),
  ],
  see: ['close-wait', 'queues', 'half-open'],
};
