import { describe, expect, it } from 'vitest';
import { startByWords } from '../../../src/core/alert/default-start.ts';
import { rememberingPlaybooks } from '../../../src/core/alert/route-alert.ts';
import { LOCALES } from '../../../src/core/domain/locale.ts';
import { ruleWords } from '../../../src/core/render/rule-words.ts';
import { symptomRouter } from '../../../src/core/symptom/route-symptom.ts';
import { shippedPlaybooks } from '../../support/playbooks.ts';

const playbooksOf = rememberingPlaybooks(symptomRouter(shippedPlaybooks()));
const decide = (name: string, summary = '') =>
  startByWords({ name, summary }, () => playbooksOf(summary === '' ? name : `${name}: ${summary}`));
const why = (name: string): readonly string[] => LOCALES.map((locale) => ruleWords(decide(name).why, locale));

/** Names of the rule sets that people have: node-mixin, awesome-prometheus-alerts, Netdata, kube-prometheus, their own. */
describe('an alert starts a diagnosis where no rule says so', () => {
  it.each([
    'NodeHighNumberConntrackEntriesUsed',
    'NodeFileDescriptorLimit',
    'NodeNetworkReceiveErrs',
    'HostConntrackLimit',
    'HostNetworkTransmitErrors',
    'TargetDown',
    'InstanceDown',
    'HostUnreachable',
    '1m_tcp_accept_queue_overflows',
    '1m_tcp_syn_queue_cookies',
    'tcp_memory',
    'tcp_orphans',
    'netfilter_conntrack_full',
    '1min_netdev_backlog_exceeded',
    '10s_ip_tcp_resets_sent',
    'TcpRetransmitsHigh',
    'HighRequestLatency',
    'UpstreamTimeouts',
    'MySQLTooManyConnections',
    'BlackboxProbeFailed',
    'Bad gateway 502 on checkout',
    'api-1: connection refused',
    'EADDRNOTAVAIL in payments',
    '연결이 안 됩니다',
    '결제 서버 응답 없음',
    'TIME_WAIT 과다',
  ])('%s: yes', (name) => {
    expect(decide(name)).toMatchObject({ starts: true });
  });

  it.each([
    'NodeFilesystemSpaceFillingUp',
    'NodeFilesystemAlmostOutOfFiles',
    'HostOutOfDiskSpace',
    'HostOutOfInodes',
    'HostHighCpuLoad',
    'NodeCPUHighUsage',
    'NodeMemoryMajorPagesFaults',
    'HostOutOfMemory',
    'HostOomKillDetected',
    'HostSwapIsFillingUp',
    'NodeRAIDDegraded',
    'NodeClockNotSynchronising',
    'NodeSystemdServiceFailed',
    'NodeTextFileCollectorScrapeError',
    'CertificateExpiresSoon',
    'KubePodCrashLooping',
    'Watchdog',
    'DatasourceError',
    'BackupFailed',
    'disk_space_usage',
    'DiskLatencyHigh',
    '디스크 사용량 90% 초과',
    'OrdersPerMinuteLow',
  ])('%s: no', (name) => {
    expect(decide(name)).toMatchObject({ starts: false });
  });

  it('lets the name decide before the text, which mentions much', () => {
    expect(decide('DiskFull', 'no space left; connections are refused')).toEqual({
      starts: false,
      why: { kind: 'other', word: 'disk' },
    });
    expect(decide('CheckoutErrors', 'connect() failed: Cannot assign requested address')).toMatchObject({
      starts: true,
    });
  });

  it('routes the words of a storm once: numbers of hosts do not make other words', () => {
    let routed = 0;
    const playbooks = rememberingPlaybooks((words) => {
      routed += 1;
      return { playbooks: [words], meaning: null };
    });
    for (let at = 0; at < 100; at += 1) playbooks(`Retransmits on web-${at}.example.com (10.0.0.${at}:9100)`);
    expect(routed).toBe(1);
    expect(playbooks('errno 111')).not.toEqual(playbooks('errno 99'));
  });

  it('says why, in each language', () => {
    expect(why('TcpRetransmitsHigh')).toEqual([
      'the default rule: "tcp" is about connections',
      '기본 규칙: 연결 관련 단어 "tcp"',
    ]);
    expect(why('InstanceDown')).toEqual([
      'the default rule: "down" may be the network',
      '기본 규칙: 네트워크 문제일 수 있는 단어 "down"',
    ]);
    expect(why('OrdersPerMinuteLow')).toEqual([
      'the default rule: nothing in it is about connections',
      '기본 규칙: 연결 관련 단어 없음',
    ]);
  });
});
