import { alertmanager } from './formats/alertmanager.ts';
import { datadog } from './formats/datadog.ts';
import { grafana } from './formats/grafana.ts';
import { mapping } from './formats/mapping.ts';
import { pagerduty } from './formats/pagerduty.ts';
import type { SourceFormat } from './source-format.ts';

/** Every kind of sender; adding one is a file beside these and its line here. */
export const SOURCE_FORMATS: readonly SourceFormat[] = [alertmanager, grafana, pagerduty, datadog, mapping];
