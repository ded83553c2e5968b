import { describe, expect, it } from 'vitest';
import { isStanding } from '../../../src/core/change/life.ts';
import type { ChangeState } from '../../../src/core/domain/change.ts';
import type { Locale } from '../../../src/core/domain/locale.ts';
import { columns } from '../../../src/core/render/table.ts';
import { threadOf } from '../../../src/core/render/thread.ts';
import { HELPED, judgedAt } from '../change/example-states.ts';
import { asText } from './as-text.ts';
import { approvedAt, plan, shown, states, view } from './examples.ts';

/** The card inside the finding's message, and the reply that tells the news. */
function cardAndNews(state: ChangeState, locale: Locale): string {
  const messages = threadOf(view({ changes: [shown(state)] }, locale));
  const finding = messages.find(({ key }) => key === 'finding:0');
  const news = messages.filter(({ key }) => key.startsWith('change:'));
  const card = finding === undefined ? '' : (asText(finding).split('\n---\n')[1] ?? '');
  return [card, ...news.map(asText)].join('\n\n');
}

/** The whole thread, where the unit that listens is this one. */
function textOf(state: ChangeState, unit: string | null): string {
  const one = shown(state);
  const messages = threadOf(view({ changes: [{ ...one, card: { ...one.card, unit } }] }));
  return messages.map(asText).join('\n');
}

describe('the life of a change, as the thread shows it', () => {
  it.each(states.map((state, index) => [`${index} ${state.kind}`, state] as const))('%s', (_, state) => {
    expect(cardAndNews(state, 'en')).toMatchSnapshot('en');
    expect(cardAndNews(state, 'ko')).toMatchSnapshot('ko');
  });

  it('counts where it takes two', () => {
    const asked: ChangeState[] = [
      { kind: 'proposed', approvals: [] },
      { kind: 'proposed', approvals: [approvedAt] },
    ];
    const cards = asked.map((state) => {
      const { change, card } = shown(state);
      const two = { card, change: { ...change, plan: { ...plan, approvalsNeeded: 2 } } } as const;
      return (['en', 'ko'] as const).map((locale) =>
        threadOf(view({ changes: [two] }, locale))
          .filter(({ key }) => key === 'finding:0')
          .map(asText)
          .join()
          .split('\n')
          .filter((row) => /^(👥|☑️)/u.test(row.trim())),
      );
    });
    expect(cards).toMatchSnapshot();
  });

  it('offers a decision only while there is one to make, and the way back only while in force', () => {
    for (const state of states) {
      const text = cardAndNews(state, 'en');
      expect(text.includes('change.approve')).toBe(state.kind === 'proposed');
      const stands = isStanding(state);
      expect(text.includes('change.rollback')).toBe(stands || state.kind === 'needs-human');
      expect(text.includes('change.keep')).toBe(
        state.kind === 'judged' || state.kind === 'left-until-reboot',
      );
    }
  });

  it('asks with host, key, old and new value, and how long it lasts', () => {
    const text = cardAndNews({ kind: 'proposed', approvals: [] }, 'en');
    for (const question of text.split('\n').filter((row) => row.startsWith('    ?'))) {
      expect(question).toContain('web-1: net.core.somaxconn: 128 → 4096');
      expect(question.toLowerCase()).toContain('runtime only, until reboot');
    }
  });

  it.each(['en', 'ko'] as const)('keeps the table of effects narrow (%s)', (locale) => {
    const moved = 'better' as const;
    const effect = [
      { fact: 'counters.active_opens_per_s', before: '19.9', after: '12,345', moved },
      { fact: 'destination.used_ratio', before: '100%', after: '2%', moved },
      {
        fact: 'counters.a_fact_that_nobody_has_found_short_words_for_per_s',
        before: null,
        after: '0',
        moved: 'unknown' as const,
      },
      {
        fact: 'listener.process',
        before: 'a process with a long name',
        after: '나쁜 이름의 프로세스',
        moved,
      },
    ];
    const text = cardAndNews(judgedAt(approvedAt, { ...HELPED, effect }), locale);
    const rows = text.split('\n').filter((row) => row.startsWith('| '));
    expect(rows.length).toBe(10);
    for (const row of rows) expect(columns(row.slice(2))).toBeLessThanOrEqual(42);
    expect(rows.slice(0, 3)).toMatchSnapshot();
  });

  it('shows a change whose finding has no message in one of its own', () => {
    const lost = {
      ...shown({ kind: 'proposed', approvals: [] }),
      change: { plan: { ...plan, playbook: 'gone' }, state: { kind: 'proposed' as const, approvals: [] } },
    };
    const messages = threadOf(view({ changes: [lost] }));
    expect(messages.map(({ key }) => key)).toEqual(['root', 'finding:0', 'finding:1', 'card:ch1', 'end']);
  });

  it('says why nobody may approve it now, and offers to break the glass', () => {
    const by = { kind: 'os-user', name: 'alice' } as const;
    const freeze = { kind: 'person', by, fromMs: 1, toMs: null, reason: 'release <!here>' } as const;
    const waiting = shown({ kind: 'proposed', approvals: [] });
    const groups = { people: 2, groups: ['S1'] };
    const card = { ...waiting.card, freeze, approvers: groups };
    const text = (more: object): string =>
      JSON.stringify(threadOf(view({ changes: [{ ...waiting, card: { ...card, ...more } }] })));
    expect(text({})).toContain(
      '🧊 Changes are frozen until somebody lifts it. Frozen by `alice`. Reason: release &lt;!here&gt;.',
    );
    expect(text({})).toContain('members of the user group `S1`, and 2 named in tcpcheck.yaml.');
    expect(text({})).toContain('change.break-glass');
    expect(text({ breakGlass: false })).not.toContain('change.break-glass');
    expect(text({ freeze: null })).not.toContain('change.break-glass');
  });

  it('says who has gone on alone, and why', () => {
    const broken = { ...approvedAt, breakGlass: 'checkout is down' };
    const states = [
      { kind: 'approved', approvals: [broken], atMs: 1 },
      { ...judgedAt(approvedAt), approvals: [broken] },
    ] as const;
    for (const state of states) {
      expect(JSON.stringify(threadOf(view({ changes: [shown(state)] })))).toContain(
        '🚨 Break-glass by <@U2>. Reason: checkout is down.',
      );
    }
  });

  it('never shows a part of the command that undoes it', () => {
    const proposed = shown({ kind: 'proposed', approvals: [] });
    const card = { ...proposed.card, unit: null, undoCommand: `echo ${'8080,'.repeat(200)}` };
    const change = { ...proposed, card };
    const text = threadOf(view({ changes: [change] }))
      .map(asText)
      .join('\n');
    expect(text).not.toContain('8080,8080');
    expect(text).toContain('/var/lib/tcpcheck/change.ch1');
  });

  it('names the unit to reload, or at least the listener, until something listens anew', () => {
    const proposed: ChangeState = { kind: 'proposed', approvals: [] };
    expect(textOf(proposed, 'nginx.service')).toContain('`sudo systemctl reload nginx.service`');
    expect(textOf(proposed, null)).toContain('make the process on `0.0.0.0:8080` listen anew');
    expect(textOf(judgedAt(approvedAt), 'nginx.service')).not.toContain('systemctl');
  });

  it('names the setting that matters first when companions come with it', () => {
    const settings = [{ key: 'net.ipv4.ip_local_reserved_ports', from: '', to: '8080' }, ...plan.settings];
    const text = threadOf(view({ changes: [shown({ kind: 'proposed', approvals: [] }, settings)] }))
      .map(asText)
      .join('\n');
    expect(text).toContain('web-1: net.core.somaxconn: 128 → 4096, net.ipv4.ip_local_reserved_ports:');
  });
});
