import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupCard } from '../../../src/core/render/group-card.ts';
import { groupNews } from '../../../src/core/render/group-news.ts';
import { questionThread } from '../../../src/core/render/question-thread.ts';
import type { QuestionView, ShownGroup } from '../../../src/core/render/question-view.ts';
import type { ChangeState } from '../../../src/core/domain/change.ts';
import type { GroupPlan, GroupState } from '../../../src/core/domain/group.ts';
import { LOCALES, type Locale } from '../../../src/core/domain/locale.ts';
import { problemsOf, textsOf } from '../../support/block-kit.ts';
import { decided, group, GROUP_PLAN, GROUP_STATES, members, PLANS } from '../change/group-examples.ts';
import { HELPED, judgedAt, statesAt } from '../change/example-states.ts';
import { asText } from './as-text.ts';
import { approvedAt, states } from './examples.ts';
import { ended, questionView } from './question-examples.ts';

const ONE = statesAt(approvedAt);
const QUEUED: ChangeState = {
  ...ONE.queued,
  kind: 'queued',
  approvals: [approvedAt],
  group: GROUP_PLAN.id,
  atMs: 1,
  untilMs: 2,
};
const unknown = judgedAt(approvedAt, { ...HELPED, verdict: 'unknown' });

const shown = (state: GroupState, ...hosts: readonly ChangeState[]): ShownGroup => ({
  group: group(state),
  members: members(...hosts),
  leftOut: [],
  url: 'https://demo.slack.com/archives/C1/p1000300?thread_ts=1.000100&cid=C1',
});
const view = (locale: Locale, groups: readonly ShownGroup[]): QuestionView =>
  questionView(
    { hosts: PLANS.map(({ host }) => ended(host)), groups, nowMs: GROUP_PLAN.proposedAtMs + 90_000 },
    locale,
  );
const card = (locale: Locale, one: ShownGroup): string => asText(groupCard(view(locale, [one]), one));
const news = (one: ShownGroup): string => {
  const message = groupNews(view('en', [one]), one);
  return message === null ? 'none' : asText(message);
};

describe('the card for several hosts', () => {
  it('lists exact values and the order, while it waits for people', () => {
    const one = { ...shown(GROUP_STATES.proposed), leftOut: ['web-7', 'web-8'] };
    expect(card('en', one)).toMatchInlineSnapshot(`
      "[card:group-0123456789abcdef] web: net.ipv4.ip_local_port_range on 3 hosts waits for approval
      <@U1> *Proposed change on 3 hosts of web, one after the other: runtime only, until reboot*
      \`net.ipv4.ip_local_port_range\`
      1. <https://demo.slack.com/archives/C1/p1000200|web-1>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\`
      2. <https://demo.slack.com/archives/C1/p1000200|web-2>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\`
      3. <https://demo.slack.com/archives/C1/p1000200|web-3>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\`
      <https://demo.slack.com/archives/C1/p1000200|web-1> goes first: it suffers most, so the effect shows best there. Each host is verified before the next begins; at the first that is not, it stops.
      Risk low · takes effect at once · expires at <!date^1700000900^{time} {date_short_pretty}|2023-11-14 22:28 UTC>
      Once approved, hosts may begin for 10 min.
      Not in this approval, which takes 3 hosts at most: web-7, web-8. They are offered once these are verified.
      (Approve) primary change.approve=group-0123456789abcdef.deb8ed7db28b7aac26c990d8b909a1149d2f63e12e0ae66071fd468d2986b2e1
          ? Change 3 hosts of web? / net.ipv4.ip_local_port_range on web-1, web-2, web-3, one after the other, each verified before the next. Runtime only, until reboot; takes effect at once. / Approve / Cancel
      (Reject) change.reject=group-0123456789abcdef.deb8ed7db28b7aac26c990d8b909a1149d2f63e12e0ae66071fd468d2986b2e1
          ? Reject this change? / net.ipv4.ip_local_port_range on web-1, web-2, web-3. Nothing will be changed. (It was to be runtime only, until reboot.) / Reject / Cancel
      ~ The command that undoes it by hand is in each host’s own thread."
    `);
    expect(card('ko', one)).toMatchInlineSnapshot(`
      "[card:group-0123456789abcdef] web: 호스트 3대의 net.ipv4.ip_local_port_range 변경 승인 대기 중
      <@U1> *web 호스트 3대 일괄 변경 제안(한 대씩 차례로): 런타임에만 적용, 재부팅하면 원래대로*
      \`net.ipv4.ip_local_port_range\`
      1. <https://demo.slack.com/archives/C1/p1000200|web-1>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\`
      2. <https://demo.slack.com/archives/C1/p1000200|web-2>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\`
      3. <https://demo.slack.com/archives/C1/p1000200|web-3>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\`
      증상이 가장 심해 효과가 잘 드러나는 <https://demo.slack.com/archives/C1/p1000200|web-1>부터 적용합니다. 한 대씩 효과를 확인한 뒤 다음 호스트로 넘어가며, 확인되지 않으면 거기서 멈춥니다.
      위험도 낮음 · 즉시 적용 · <!date^1700000900^{date_short_pretty} {time}|2023-11-14 22:28 UTC> 만료
      승인 후 10분 안에 시작하지 못한 호스트는 제외합니다.
      한 번에 최대 3대까지 승인할 수 있어 제외한 호스트: web-7, web-8. 위 호스트에서 효과가 확인되면 이어서 제안합니다.
      (승인) primary change.approve=group-0123456789abcdef.deb8ed7db28b7aac26c990d8b909a1149d2f63e12e0ae66071fd468d2986b2e1
          ? web 호스트 3대를 변경할까요? / net.ipv4.ip_local_port_range: web-1, web-2, web-3. 한 대씩 효과를 확인하며 적용합니다. 런타임에만 적용되며 재부팅하면 원래대로 돌아갑니다. 즉시 적용. / 승인 / 취소
      (거절) change.reject=group-0123456789abcdef.deb8ed7db28b7aac26c990d8b909a1149d2f63e12e0ae66071fd468d2986b2e1
          ? 이 변경을 거절할까요? / net.ipv4.ip_local_port_range: web-1, web-2, web-3. 변경하지 않고 제안을 닫습니다(런타임에만, 재부팅 전까지 적용될 변경이었습니다). / 거절 / 취소
      ~ 직접 되돌리는 명령은 각 호스트의 스레드에 있습니다."
    `);
  });

  it('shows who has it by now, and where the rest stands', () => {
    const one = shown({ ...GROUP_STATES.running, begun: ['c1', 'c2'] }, ONE.judged, ONE.confirmed, QUEUED);
    expect(card('en', one)).toMatchInlineSnapshot(`
      "[card:group-0123456789abcdef] web: net.ipv4.ip_local_port_range on 3 hosts
      *Change on 3 hosts of web*
      \`net.ipv4.ip_local_port_range\`
      ✅ <https://demo.slack.com/archives/C1/p1000200|web-1>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · helped
      ⏳ <https://demo.slack.com/archives/C1/p1000200|web-2>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · measuring
      ▫️ <https://demo.slack.com/archives/C1/p1000200|web-3>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · waits for its turn
      ✅ Approved by <@U7> at <!date^1700000001^{time} {date_short_pretty}|2023-11-14 22:13 UTC>. Host by host; one may begin until <!date^1700000601^{time} {date_short_pretty}|2023-11-14 22:23 UTC>.
      (Stop) change.reject=group-0123456789abcdef.deb8ed7db28b7aac26c990d8b909a1149d2f63e12e0ae66071fd468d2986b2e1
          ? Stop before the next host? / net.ipv4.ip_local_port_range: no further host is begun. What is applied stays as it is, runtime only, and can still be rolled back. Hosts: web-1, web-2, web-3. / Stop / Cancel
      (Roll back all) danger change.rollback=group-0123456789abcdef.deb8ed7db28b7aac26c990d8b909a1149d2f63e12e0ae66071fd468d2986b2e1
          ? Roll back on all of these hosts? / net.ipv4.ip_local_port_range on web-1, web-2. Puts the earlier values back, last host first, runtime only; what was kept leaves our file too. / Roll back all / Cancel
      ~ The command that undoes it by hand is in each host’s own thread."
    `);
  });

  it('says where it has stopped, who was not touched, and what can be done', () => {
    expect(card('en', shown(GROUP_STATES.stopped, unknown, QUEUED, QUEUED))).toMatchInlineSnapshot(`
      "[card:group-0123456789abcdef] web: net.ipv4.ip_local_port_range stopped, 1 of 3 applied
      *Change on 3 hosts of web*
      \`net.ipv4.ip_local_port_range\`
      ❔ <https://demo.slack.com/archives/C1/p1000200|web-1>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · effect unknown
      ▫️ <https://demo.slack.com/archives/C1/p1000200|web-2>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · waits for its turn
      ▫️ <https://demo.slack.com/archives/C1/p1000200|web-3>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · waits for its turn
      ⛔ Stopped: it was not verified on web-1 (effect unknown).
      Not touched: web-2, web-3.
      An approver may go on past it until <!date^1700000601^{time} {date_short_pretty}|2023-11-14 22:23 UTC>; otherwise it stays stopped.
      (Continue) change.approve=group-0123456789abcdef.b05c9188b2284125e94816e8edcfb32eb6aa247b0703fa58614e8f51b0872967
          ? Go on past web-1? / net.ipv4.ip_local_port_range: nobody knows whether it helped on web-1. The next hosts get it all the same, runtime only, one after the other: web-2, web-3. / Continue / Cancel
      (Roll back all) danger change.rollback=group-0123456789abcdef.deb8ed7db28b7aac26c990d8b909a1149d2f63e12e0ae66071fd468d2986b2e1
          ? Roll back on all of these hosts? / net.ipv4.ip_local_port_range on web-1. Puts the earlier values back, last host first, runtime only; what was kept leaves our file too. / Roll back all / Cancel
      ~ The command that undoes it by hand is in each host’s own thread."
    `);
    const failed = shown(GROUP_STATES.stopped, ONE.failed, ONE.void, ONE.void);
    expect(card('ko', failed)).toMatchInlineSnapshot(`
      "[card:group-0123456789abcdef] web: net.ipv4.ip_local_port_range 중단됨, 3대 중 0대 적용
      *web 호스트 3대 일괄 변경*
      \`net.ipv4.ip_local_port_range\`
      ❌ <https://demo.slack.com/archives/C1/p1000200|web-1>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · 실패, 변경 없음
      ▫️ <https://demo.slack.com/archives/C1/p1000200|web-2>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · 변경하지 않음
      ▫️ <https://demo.slack.com/archives/C1/p1000200|web-3>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · 변경하지 않음
      ⛔ 중단: web-1에서 효과가 확인되지 않았습니다(실패, 변경 없음).
      변경하지 않은 호스트: web-2, web-3.
      ~ 직접 되돌리는 명령은 각 호스트의 스레드에 있습니다."
    `);
    expect(news(failed)).toMatchInlineSnapshot(`
      "[group:group-0123456789abcdef:stopped:c1] web: net.ipv4.ip_local_port_range stopped, 0 of 3 applied
      <@U1> *web: net.ipv4.ip_local_port_range stopped, 0 of 3 applied*
      ⛔ Stopped: it was not verified on web-1 (failed, nothing left changed).
      Not touched: web-2, web-3."
    `);
  });

  it('says what was kept, and what could not be taken back', () => {
    const part = shown(
      GROUP_STATES['rolled-back'],
      ONE['rolled-back'],
      ONE['needs-human'],
      ONE['rolled-back'],
    );
    expect(card('en', part)).toMatchInlineSnapshot(`
      "[card:group-0123456789abcdef] web: net.ipv4.ip_local_port_range rolled back, but not on 1 hosts
      *Change on 3 hosts of web*
      \`net.ipv4.ip_local_port_range\`
      ↩️ <https://demo.slack.com/archives/C1/p1000200|web-1>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · rolled back
      🆘 <https://demo.slack.com/archives/C1/p1000200|web-2>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · a person must look
      ↩️ <https://demo.slack.com/archives/C1/p1000200|web-3>: \`32768 60999\` → \`1024 65535\`, \`net.ipv4.ip_local_reserved_ports\` \`–\` → \`8080\` · rolled back
      ↩️ Rolled back by <@U7> at <!date^1700000250^{time} {date_short_pretty}|2023-11-14 22:17 UTC>.
      Still in force on web-2; each host’s thread says why.
      (Roll back all) danger change.rollback=group-0123456789abcdef.deb8ed7db28b7aac26c990d8b909a1149d2f63e12e0ae66071fd468d2986b2e1
          ? Roll back on all of these hosts? / net.ipv4.ip_local_port_range on web-2. Puts the earlier values back, last host first, runtime only; what was kept leaves our file too. / Roll back all / Cancel
      ~ The command that undoes it by hand is in each host’s own thread."
    `);
    expect(news(shown(GROUP_STATES.kept, ONE.kept, ONE.kept, ONE.judged))).toMatchInlineSnapshot(`
      "[group:group-0123456789abcdef:kept] web: net.ipv4.ip_local_port_range kept on 2 hosts
      <@U1> *web: net.ipv4.ip_local_port_range kept on 2 hosts*
      📌 Kept by <@U7> at <!date^1700000250^{time} {date_short_pretty}|2023-11-14 22:17 UTC> on web-1, web-2.
      Not kept on web-3; each host’s thread says why."
    `);
  });

  it('has buttons as long as there is something to decide', () => {
    const buttons = Object.values(GROUP_STATES).map((state) => {
      const text = card('en', shown(state, ONE.judged, QUEUED, QUEUED));
      return `${state.kind}: ${[...text.matchAll(/^\((.*?)\)/gm)].map((match) => match[1]).join(', ')}`;
    });
    expect(buttons).toEqual([
      'proposed: Approve, Reject',
      'running: Stop, Roll back all',
      'stopped: Roll back all',
      'done: Keep on all, Roll back all',
      'keeping: Roll back all',
      'kept: Roll back all',
      'rolling-back: ',
      'rolled-back: Roll back all',
      'rejected: ',
      'expired: ',
      'void: ',
    ]);
  });

  it('stays within what Slack accepts, with twenty hosts in any state', () => {
    const hosts = Array.from({ length: 20 }, (_, index) => `${'h'.repeat(55)}-${index}`);
    const long = 'a'.repeat(1_000);
    const listed = hosts.map((host, index) => ({ changeId: `c${index}`, host, planHash: 'f' }));
    const plan: GroupPlan = { ...GROUP_PLAN, members: listed };
    const [first] = PLANS;
    if (first === undefined) throw new Error('the example has plans');
    const decision = decided('roll-back', 1);
    fc.assert(
      fc.property(
        fc.constantFrom(...LOCALES),
        fc.constantFrom(...Object.values(GROUP_STATES)),
        fc.array(fc.constantFrom(...states), { minLength: 20, maxLength: 20 }),
        (locale, state, each) => {
          const passed = hosts.map((_, index) => ({ changeId: `c${index}`, decision }));
          const one: ShownGroup = {
            group: group('passed' in state ? { ...state, passed } : state, plan),
            members: hosts.map((host, index) => ({
              plan: {
                ...first,
                id: `c${index}`,
                host,
                settings: first.settings.map(({ key }) => ({ key, from: long, to: long })),
              },
              state: each[index] ?? ONE.void,
            })),
            leftOut: hosts,
            url: null,
          };
          const drawn = { ...view(locale, [one]), hosts: hosts.map((host) => ended(host)) };
          const messages = questionThread(drawn);
          expect(messages.flatMap(problemsOf)).toEqual([]);
          const text = messages
            .flatMap(({ blocks }) => textsOf(blocks))
            .map((part) => part.text)
            .join('\n');
          for (const host of hosts) expect(text).toContain(`|${host}>`);
        },
      ),
      { numRuns: 25 },
    );
  });
});
