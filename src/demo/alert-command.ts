import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_ALERTS, demoAlerts } from './demo-alerts.ts';
import type { Stage } from './stage.ts';

const STATUSES = ['firing', 'resolved'] as const;
const USAGE = `alert ${DEMO_ALERTS.join('|')} [resolved]: posts what Alertmanager would`;

/** Writes a command into the stage's folder that posts the demo's alerts; its path. */
export function writeAlertCommand({ dir, product, alertSecret }: Stage): string {
  const deliveries = DEMO_ALERTS.flatMap((about) =>
    STATUSES.map((status) => [
      `${about} ${status}`,
      { version: '4', status, alerts: demoAlerts(about, status) },
    ]),
  );
  const file = join(dir, 'alert');
  const text = `#!${process.execPath}
const deliveries = ${JSON.stringify(Object.fromEntries(deliveries), null, 1)};
const [about, status = 'firing'] = process.argv.slice(2);
const delivery = deliveries[about + ' ' + status];
if (delivery === undefined) {
  console.error(${JSON.stringify(USAGE)});
  process.exit(64);
}
fetch('http://127.0.0.1:${product.httpPort}/alerts/alertmanager', {
  method: 'POST',
  headers: { authorization: 'Bearer ${alertSecret}', 'content-type': 'application/json' },
  body: JSON.stringify(delivery),
}).then(async (answer) => console.log(answer.status, (await answer.text()).trim()));
`;
  writeFileSync(file, text, { mode: 0o700 });
  return file;
}
