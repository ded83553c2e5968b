import { alertRoute, challengeRoute } from '../alerts/alert-route.ts';
import { readAlertSecrets } from '../config/alert-secrets.ts';
import type { Config } from '../config/config.ts';
import { alertUnderstanding } from '../core/alert/understand.ts';
import type { AlertIntake } from '../core/domain/alert.ts';
import type { Problem } from '../core/domain/problem.ts';
import type { SymptomRouter } from '../core/symptom/route-symptom.ts';
import type { Route, Routes } from '../ops/http-server.ts';

interface AlertRoutesOptions {
  readonly config: Pick<Config, 'alerts' | 'hosts'>;
  readonly route: SymptomRouter;
  readonly intake: AlertIntake;
  readonly nowMs: () => number;
  readonly report: (problem: Problem) => void;
}

/** The paths of all configured sources. CONFIG_INVALID when the secret of one cannot be used. */
export function alertRoutes({ config, route, intake, nowMs, report }: AlertRoutesOptions): Routes {
  const { hostLabels, rules, sources } = config.alerts;
  const understand = alertUnderstanding({ hosts: config.hosts, hostLabels, rules, route });
  const routes: Record<string, Route> = {};
  for (const source of sources) {
    const secrets = readAlertSecrets(source);
    const path = `/alerts/${source.name}`;
    const take = alertRoute({ source: { ...source, secrets }, understand, intake, nowMs, report });
    for (const method of source.format.methods) routes[`${method} ${path}`] = take;
    if (secrets.challenge !== null) routes[`GET ${path}`] = challengeRoute(secrets.challenge);
  }
  return routes;
}
