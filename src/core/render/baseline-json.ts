import { survivesBoot } from '../baseline/after-boot.ts';
import { say, type Locale } from '../domain/locale.ts';
import type { Judgement } from './baseline-terminal.ts';
import { BASELINE } from './texts/baseline.ts';

/** The comparison for programs. */
export function baselineJson({ host, rows, daemons }: Judgement, locale: Locale): unknown {
  return {
    schema: 'tcpcheck/baseline/v1',
    host,
    warning: say(BASELINE.warning, locale),
    setting_daemons: daemons,
    settings: rows.map(({ key, live, template, verdict, why, afterBoot }) => ({
      key,
      live,
      template,
      verdict,
      why: say(why, locale),
      after_reboot: {
        // set: by whom, a file or a profile of tuned; default: nobody sets it; null where it cannot be told.
        kind: afterBoot.kind,
        value: afterBoot.kind === 'set' || afterBoot.kind === 'default' ? afterBoot.value : null,
        by: afterBoot.kind === 'set' || afterBoot.kind === 'computed' ? afterBoot.by : null,
        persisted: live === null ? null : survivesBoot(live, afterBoot),
      },
    })),
  };
}
