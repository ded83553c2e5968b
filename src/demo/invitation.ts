import { say, type Locale } from '../core/domain/locale.ts';
import { writeAlertCommand } from './alert-command.ts';
import type { PanelText } from './local-slack/server/panel.ts';
import type { Stage } from './stage.ts';

/** What the page suggests, in the language of who looks. */
export const NOTICE: readonly PanelText[] = [
  {
    en: '1. Type `/tcpcheck api-1`: it runs out of local ports.',
    ko: '1. `/tcpcheck api-1`을 입력하세요. 로컬 포트가 고갈된 호스트입니다.',
  },
  {
    en: '2. Open the thread, act as joon (approver), press Approve, and watch the success rate below.',
    ko: '2. 스레드를 열고 joon(승인자)으로 전환해 승인을 누른 뒤, 아래 성공률을 보세요.',
  },
  {
    en: '3. Press Roll back. sam (outsider) may press nothing.',
    ko: '3. 되돌리기를 누르세요. sam(외부인)은 아무것도 누를 수 없습니다.',
  },
  {
    en: '4. Alerts: the terminal has commands that post one, resolve it, and make a storm in #alerts.',
    ko: '4. 알림: 터미널에 나온 명령으로 #alerts에 알림을 보내고, 해소하고, 여러 호스트가 한꺼번에 꺼진 상황을 만들어 보세요.',
  },
  {
    en: 'Also `/tcpcheck web-1`: no kernel setting fixes it. `/tcpcheck db-1`: healthy.',
    ko: '`/tcpcheck web-1`은 커널 설정으로 해결되지 않는 원인, `/tcpcheck db-1`은 정상입니다.',
  },
];

/** What each host does, beside its figures. */
export const STORIES = {
  'api-1': {
    en: 'calls another service, a new connection each time',
    ko: '다른 서비스를 호출할 때마다 새 연결을 맺음',
  },
  'web-1': { en: 'accepts more slowly than its clients come', ko: '들어오는 연결보다 accept가 느림' },
  'db-1': { en: 'busy and healthy', ko: '바쁘지만 정상' },
} as const satisfies Record<string, PanelText>;

/** What the terminal says when everything is up. */
export function invitation(stage: Stage, locale: Locale): string {
  const page = stage.slack.url;
  const check = `node dist/main.js check api-1 --config ${stage.configFile}`;
  const alert = writeAlertCommand(stage);
  const log = stage.product.logFile;
  return say(
    {
      en: `
tcpcheck is running on local parts: three hosts, a local Slack, the bot and its worker.

  Open      ${page}
  and type  /tcpcheck api-1    runs out of local ports: act as joon (approver) and press Approve
            /tcpcheck web-1    an accept queue overflows, and no kernel setting helps
            /tcpcheck db-1     healthy

  In another terminal
    the same without Slack   ${check}
    the log                  tail -f ${log}

  Alerts, as Alertmanager would post them; read #alerts
    ${alert} api-1             fires: approve in its thread, then
    ${alert} api-1 resolved    the host is looked at once more, and the thread closes
    ${alert} storm             a dark rack of eleven hosts: one thread

  Ctrl-C takes everything down again.
`,
      ko: `
tcpcheck를 이 머신에서 실행했습니다: 호스트 세 대, 로컬 Slack, 봇과 워커.

  열기      ${page}
  입력      /tcpcheck api-1    로컬 포트 고갈. joon(승인자)으로 전환해 승인을 누르세요
            /tcpcheck web-1    accept 큐 오버플로우. 커널 설정으로는 해결되지 않습니다
            /tcpcheck db-1     정상

  다른 터미널에서
    Slack 없이 진단          ${check}
    로그                     tail -f ${log}

  Alertmanager 대신 알림 보내기(#alerts 채널에서 확인)
    ${alert} api-1             알림 발생: 스레드에서 승인한 뒤
    ${alert} api-1 resolved    호스트를 한 번 더 점검하고 스레드를 닫습니다
    ${alert} storm             랙의 호스트 열한 대가 꺼짐: 스레드 하나

  Ctrl-C를 누르면 모두 정리합니다.
`,
    },
    locale,
  );
}
