import { TcpcheckError } from '../../core/domain/errors.ts';
import type { Box } from './box.ts';
import { must, run } from './commands.ts';

/** Keys with the values to write, in this order. */
export type Sysctls = Readonly<Record<string, string>>;

/**
 * What a stock kernel (5.4 or later) has. A new namespace inherits whatever the machine was tuned to, so
 * every lab host starts from this table.
 */
export const STOCK_SYSCTLS: Sysctls = {
  'net.core.somaxconn': '4096',
  'net.ipv4.ip_local_port_range': '32768 60999',
  'net.ipv4.ip_local_reserved_ports': '',
  'net.ipv4.tcp_abort_on_overflow': '0',
  'net.ipv4.tcp_fin_timeout': '60',
  'net.ipv4.tcp_keepalive_intvl': '75',
  'net.ipv4.tcp_keepalive_probes': '9',
  'net.ipv4.tcp_keepalive_time': '7200',
  'net.ipv4.tcp_max_syn_backlog': '1024',
  'net.ipv4.tcp_max_tw_buckets': '65536',
  'net.ipv4.tcp_moderate_rcvbuf': '1',
  'net.ipv4.tcp_mtu_probing': '0',
  'net.ipv4.tcp_retries2': '15',
  'net.ipv4.tcp_rmem': '4096 131072 6291456',
  'net.ipv4.tcp_slow_start_after_idle': '1',
  'net.ipv4.tcp_syn_retries': '6',
  'net.ipv4.tcp_synack_retries': '5',
  'net.ipv4.tcp_syncookies': '1',
  'net.ipv4.tcp_timestamps': '1',
  'net.ipv4.tcp_tw_reuse': '2',
  'net.ipv4.tcp_wmem': '4096 16384 4194304',
};

/** Writes each path and prints, a line each, `=value` as read back, or `!` where the kernel has no such key. */
const WRITE_SCRIPT = `
for pair do
  path=\${pair%%=*}
  if [ -e "$path" ]; then
    printf '%s\\n' "\${pair#*=}" >"$path"
    printf '=%s\\n' "$(cat "$path")"
  else
    echo '!'
  fi
done
`;

/** Current value, read in the namespace itself, with single blanks. */
export async function readSysctl(box: Box, key: string): Promise<string> {
  return normalise(await must(box.inside(['cat', pathOf(key)])));
}

/** Writes the stock values this kernel knows; keys it lacks are left out. */
export async function writeStock(box: Box): Promise<void> {
  await write(box, STOCK_SYSCTLS, 'skip-absent');
}

/** Writes values and reads every one back: the exit status of a write to /proc/sys proves nothing. */
export async function writeSysctls(box: Box, sysctls: Sysctls): Promise<void> {
  await write(box, sysctls, 'all');
}

async function write(box: Box, sysctls: Sysctls, which: 'all' | 'skip-absent'): Promise<void> {
  const wanted = Object.entries(sysctls);
  if (wanted.length === 0) return;
  const pairs = wanted.map(([key, value]) => `${pathOf(key)}=${value}`);
  const { stdout, stderr } = await run(box.inside(['sh', '-c', WRITE_SCRIPT, 'lab-sysctl', ...pairs]));
  const answers = stdout.split('\n');
  for (const [index, [key, value]] of wanted.entries()) {
    const answer = answers[index] ?? '!';
    if (answer === '!' && which === 'skip-absent') continue;
    const got = answer === '!' ? 'no such key' : normalise(answer.slice(1));
    if (got !== normalise(value)) {
      throw new TcpcheckError('LAB_FAILED', `${key}: wanted "${value}", got "${got}" (${stderr.trim()})`);
    }
  }
}

/** Only net.* has a value per namespace; all else would change the machine itself. */
function pathOf(key: string): string {
  if (!/^net(\.[A-Za-z0-9_-]+)+$/.test(key)) {
    throw new TcpcheckError(
      'LAB_FAILED',
      `${key} is not a net.* key, so a lab host cannot have its own value`,
    );
  }
  return `/proc/sys/${key.replaceAll('.', '/')}`;
}

const normalise = (value: string): string => value.trim().replaceAll(/\s+/g, ' ');
