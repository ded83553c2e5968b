import type { Reading } from '../checklist/read-facts.ts';
import { afterBoot, survivesBoot, type AfterBoot } from './after-boot.ts';
import { hostView, type HostView } from './host-view.ts';
import * as buffers from './judge-buffers.ts';
import * as ports from './judge-ports.ts';
import * as queues from './judge-queues.ts';
import { judged, VERDICTS, type BaselineVerdict, type Judge, type Judged } from './judgement.ts';
import { relationOf } from './relation.ts';
import { TEMPLATE } from './template.ts';

const JUDGES: Readonly<Record<string, Judge>> = {
  'net.ipv4.tcp_tw_reuse': ports.twReuse,
  'net.ipv4.ip_local_port_range': ports.portRange,
  'net.ipv4.tcp_fin_timeout': ports.finTimeout,
  'net.ipv4.tcp_tw_recycle': ports.twRecycle,
  'net.netfilter.nf_conntrack_max': ports.conntrackMax,
  'net.core.somaxconn': queues.somaxconn,
  'net.ipv4.tcp_max_syn_backlog': queues.maxSynBacklog,
  'net.ipv4.tcp_syncookies': queues.syncookies,
  'net.ipv4.tcp_keepalive_time': queues.keepaliveTime,
  'net.ipv4.tcp_keepalive_intvl': queues.keepaliveProbe,
  'net.ipv4.tcp_keepalive_probes': queues.keepaliveProbe,
  'net.ipv4.tcp_rmem': buffers.autotuned,
  'net.ipv4.tcp_wmem': buffers.autotuned,
  'net.ipv4.tcp_moderate_rcvbuf': buffers.moderateRcvbuf,
  'net.core.rmem_max': buffers.explicitLimit,
  'net.core.wmem_max': buffers.explicitLimit,
  'net.core.default_qdisc': buffers.defaultQdisc,
  'net.ipv4.tcp_congestion_control': buffers.congestionControl,
  'fs.file-max': buffers.fileMax,
  'fs.nr_open': buffers.nrOpen,
};

/** One setting of the template beside the host's. */
export interface BaselineRow extends Judged {
  readonly key: string;
  /** Null where the kernel has no such key. */
  readonly live: string | null;
  readonly afterBoot: AfterBoot;
  readonly template: string;
}

/** The host beside the template, worst first; null where no setting could be read at all. */
export function baselineOf(reading: Pick<Reading, 'facts' | 'checks'>): readonly BaselineRow[] | null {
  if (Object.keys(reading.facts.sysctl).length === 0) return null;
  const host = hostView(reading);
  const rows = TEMPLATE.map(({ key, value }): BaselineRow => {
    const live = host.live(key);
    const after = afterBoot(key, reading.facts.persisted[key], host);
    const told = live === undefined ? missing(key) : judge({ key, live, template: value, host });
    const verdict =
      live !== undefined && lostAtBoot(told.verdict, live, after) ? 'not-persisted' : told.verdict;
    return { ...told, verdict, key, live: live ?? null, afterBoot: after, template: value };
  });
  return rows.toSorted((a, b) => rank(a.verdict) - rank(b.verdict));
}

const rank = (verdict: BaselineVerdict): number => VERDICTS.indexOf(verdict);

/** A good value that the next boot replaces is not good enough; a bad one is no loss. */
const lostAtBoot = (verdict: BaselineVerdict, live: string, after: AfterBoot): boolean =>
  (verdict === 'same' || verdict === 'better') && survivesBoot(live, after) === false;

function judge(one: { key: string; live: string; template: string; host: HostView }): Judged {
  const relation = relationOf(one.key, one.live, one.template);
  const known = JUDGES[one.key];
  if (relation === 'unreadable' || known === undefined) {
    return judged('unknown', 'The live value is not understood.', '현재 값을 해석할 수 없습니다.');
  }
  return known({ ...one, relation });
}

function missing(key: string): Judged {
  if (key === 'net.ipv4.tcp_tw_recycle') {
    return judged(
      'absent',
      'Removed in Linux 4.12, and rightly so.',
      'Linux 4.12에서 제거되었고, 없는 것이 맞습니다.',
    );
  }
  if (key.startsWith('net.netfilter.')) {
    return judged(
      'absent',
      'No connections are tracked here; do not load the module for it.',
      '연결을 추적하지 않습니다. 이를 위해 모듈을 올리지 마세요.',
    );
  }
  return judged(
    'absent',
    'This kernel has no such key, or a container does not see it.',
    '이 커널에 없거나 컨테이너에서는 보이지 않는 키입니다.',
  );
}
