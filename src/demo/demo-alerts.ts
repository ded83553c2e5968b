/** Names of hosts that stand in one rack; more than make a storm (`alerts.storm.hosts`, 10). */
export const RACK: readonly string[] = Array.from({ length: 11 }, (_, at) => `rack-${at + 1}`);

/** What is wrong, as the rules in examples/prometheus and those of others call it. */
const WORDS = {
  'api-1': ['TcpPortsUsedUp', 'connect() fails: Cannot assign requested address'],
  'web-1': ['TcpAcceptQueueOverflow', 'connections are dropped because an accept queue is full'],
  'db-1': ['HighRequestLatency', 'requests take longer than a second'],
} as const;
const DOWN = ['HostDown', 'no answer to the last three scrapes'] as const;

export type AlertStatus = 'firing' | 'resolved';

/** An alert in a delivery of Alertmanager. */
export type SentAlert = Readonly<Record<string, unknown>>;

/** What the demo posts when it is told to; `storm` is all hosts of a rack, and one that suffers from it. */
export const DEMO_ALERTS = ['api-1', 'web-1', 'db-1', 'storm'] as const;
export type DemoAlert = (typeof DEMO_ALERTS)[number];

export function demoAlerts(about: DemoAlert, status: AlertStatus): readonly SentAlert[] {
  if (about !== 'storm') return [alert(about, WORDS[about], status)];
  return [...RACK.map((host) => alert(host, DOWN, status)), alert('db-1', WORDS['db-1'], status)];
}

/** Without a start, so that whoever plays with the demo may have it fire again. */
const alert = (host: string, [name, summary]: readonly [string, string], status: AlertStatus): SentAlert => ({
  status,
  labels: { alertname: name, instance: `${host}:9100`, severity: 'critical' },
  annotations: { summary },
  fingerprint: `demo-${host}`,
});
