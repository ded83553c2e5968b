import { describe, expect, it } from 'vitest';
import { LOCALES } from '../../../src/core/domain/locale.ts';
import { baselineJson } from '../../../src/core/render/baseline-json.ts';
import { renderBaseline } from '../../../src/core/render/baseline-terminal.ts';
import { columns } from '../../../src/core/render/table.ts';
import { MODERN, OLD, rowsOf } from '../baseline/hosts.ts';

const PLAIN = { colour: false, width: 80 };
const KEYS = [
  'net.core.somaxconn',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_tw_recycle',
];

/** Four rows of a host: one of each kind that looks different. */
const rows = [
  ...rowsOf({
    kernel: '6.18.5',
    persisted: {
      'net.core.somaxconn': { by: 'file', value: '4096', file: '/etc/sysctl.d/60-web.conf' },
      'net.ipv4.tcp_syncookies': { by: 'file', value: '0', file: '/etc/sysctl.conf' },
      'net.ipv4.tcp_rmem': { by: 'nothing' },
    },
  }).values(),
].filter(({ key }) => KEYS.includes(key));

describe('the comparison at a terminal', () => {
  it('is this', () => {
    expect(renderBaseline({ host: 'web-1', rows, daemons: 'tuned' }, 'en', PLAIN)).toBe(
      `web-1 beside the popular production template

  Raising values blindly only changes the form of the failure: memory,
  descriptors and queues grow, and it breaks elsewhere. Take a single setting,
  and only where symptom and cause fit it; the block as a whole is never
  offered.

  1 harmful to apply · 1 not persisted · 1 better than the template · 1 absent

HARMFUL TO APPLY
  net.ipv4.tcp_rmem
    live 4096 131072 33554432, template 4096 131072 6291456, after reboot the
    kernel’s default
    It would lower this kernel’s maximum from 32 MiB to 6 MiB.

NOT PERSISTED
  net.ipv4.tcp_syncookies
    live 1, template 1, after reboot 0 (/etc/sysctl.conf)
    The default: a full SYN queue loses nothing.

BETTER THAN THE TEMPLATE
  net.core.somaxconn
    live 4096, template 65535, after reboot the same (/etc/sysctl.d/60-web.conf)
    Long enough for a burst; 65535 only turns overload into waiting.

ABSENT
  net.ipv4.tcp_tw_recycle
    template 0
    Removed in Linux 4.12, and rightly so.

  tuned may set some of these again while the host runs.
  What is wrong now: tcpcheck check web-1
`,
    );
  });

  it.each(LOCALES)('fits 80 columns (%s), whatever a host says', (locale) => {
    const hostile = { ...MODERN, 'net.ipv4.tcp_congestion_control': `\u001B[31m${'x'.repeat(300)}` };
    for (const sysctl of [MODERN, OLD, hostile]) {
      const all = [...rowsOf({ sysctl, kernel: '3.10.0' }).values()];
      const lines = renderBaseline({ host: 'web-1', rows: all, daemons: null }, locale, PLAIN).split('\n');
      expect(lines.filter((line) => columns(line) > 80)).toEqual([]);
      expect(lines.join('')).not.toContain('\u001B');
    }
  });
});

describe('the comparison for programs', () => {
  it('is this', () => {
    expect(baselineJson({ host: 'web-1', rows: rows.slice(0, 2), daemons: null }, 'ko')).toEqual({
      schema: 'tcpcheck/baseline/v1',
      host: 'web-1',
      warning:
        '무작정 값을 올리면 메모리, 디스크립터, 큐가 늘어 장애의 형태만 바뀝니다. 증상과 원인이 맞는 설정 하나만 고르세요. 템플릿 전체를 적용하는 버튼은 없습니다.',
      setting_daemons: null,
      settings: [
        {
          key: 'net.ipv4.tcp_rmem',
          live: '4096 131072 33554432',
          template: '4096 131072 6291456',
          verdict: 'harmful',
          why: '이 커널의 최댓값을 32 MiB에서 6 MiB로 낮춥니다.',
          after_reboot: { kind: 'default', value: null, by: null, persisted: null },
        },
        {
          key: 'net.ipv4.tcp_syncookies',
          live: '1',
          template: '1',
          verdict: 'not-persisted',
          why: '기본값입니다. SYN 큐가 차도 잃는 것이 없습니다.',
          after_reboot: { kind: 'set', value: '0', by: '/etc/sysctl.conf', persisted: false },
        },
      ],
    });
  });
});
