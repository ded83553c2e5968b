import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SentAlert } from '../../src/demo/demo-alerts.ts';
import type { Lab } from '../../src/demo/lab/lab.ts';
import { hostLine } from '../../src/demo/stage-config.ts';

let alerts = 0;

/** A firing of its own about a host. */
export function alert(host: string, name = 'HostTrouble'): SentAlert {
  alerts += 1;
  return {
    status: 'firing',
    labels: { alertname: name, instance: `${host}:9100`, severity: 'critical' },
    annotations: { summary: 'connection refused' },
    startsAt: new Date().toISOString(),
    fingerprint: `fp-${alerts}`,
  };
}

/** A further name in the inventory for a host of the lab. */
export const alsoNamed = (lab: Lab, host: string, { name, group }: { name: string; group: string }): string =>
  hostLine(name, lab.host(host), { groups: [group], changes: false });

/** As many connections as a few Alertmanagers keep. */
const agent = new Agent({ keepAlive: true, maxSockets: 32 });
const TRIES = 20;

/** Posts a delivery; the status of the answer. */
export async function send(to: { port: number; secret: string }, all: readonly SentAlert[]): Promise<number> {
  const headers = { authorization: `Bearer ${to.secret}`, 'content-type': 'application/json' };
  return new Promise<number>((resolve, reject) => {
    const url = `http://127.0.0.1:${to.port}/alerts/alertmanager`;
    const sending = request(url, { agent, method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sending.on('error', reject);
    sending.end(JSON.stringify({ version: '4', status: 'firing', alerts: all }));
  });
}

/** The same until it is taken, as senders do. */
export async function deliver(
  to: { port: number; secret: string },
  all: readonly SentAlert[],
): Promise<void> {
  for (let tries = 1; (await send(to, all)) !== 202; tries += 1) {
    if (tries === TRIES) throw new Error(`not taken in ${TRIES} tries`);
    await sleep(1_000);
  }
}
