import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCommand } from '../../src/slack/command-text.ts';

describe('what is typed behind /tcpcheck', () => {
  it.each([
    ['', { kind: 'help' }],
    ['  ', { kind: 'help' }],
    ['Help', { kind: 'help' }],
    ['도움말', { kind: 'help' }],
    ['hosts', { kind: 'hosts' }],
    ['explain', { kind: 'explain', topic: '' }],
    ['Explain  TIME WAIT', { kind: 'explain', topic: 'TIME WAIT' }],
    ['baseline web-1', { kind: 'terminal-only', command: 'baseline' }],
    ['watch web-1', { kind: 'terminal-only', command: 'watch' }],
    ['freeze', { kind: 'freeze', words: [] }],
    ['Freeze until 18:00  &lt;!here&gt;', { kind: 'freeze', words: ['until', '18:00', '<!here>'] }],
    ['동결 off', { kind: 'freeze', words: ['off'] }],
    ['freezer-1', { kind: 'diagnose', target: 'freezer-1', symptom: '' }],
    ['watch-1', { kind: 'diagnose', target: 'watch-1', symptom: '' }],
    ['설명 포트', { kind: 'explain', topic: '포트' }],
    ['web-1', { kind: 'diagnose', target: 'web-1', symptom: '' }],
    [' web-1  connection   refused ', { kind: 'diagnose', target: 'web-1', symptom: 'connection refused' }],
    ['Web-1 5xx &gt; 10%', { kind: 'diagnose', target: 'Web-1', symptom: '5xx > 10%' }],
    [
      '<http://web-1.example.com|web-1.example.com> slow',
      { kind: 'diagnose', target: 'web-1.example.com', symptom: 'slow' },
    ],
    ['&lt;https://10.0.0.5&gt;', { kind: 'diagnose', target: '10.0.0.5', symptom: '' }],
    ['<@U1>', { kind: 'diagnose', target: '<@U1>', symptom: '' }],
    ['helpdesk', { kind: 'diagnose', target: 'helpdesk', symptom: '' }],
  ])('%j', (typed, wish) => {
    expect(readCommand(typed)).toEqual(wish);
  });

  it('never has a blank in the target, nor more than was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1500 }), (typed) => {
        const wish = readCommand(typed);
        const said = wish.kind === 'diagnose' ? [wish.target, wish.symptom] : ['', ''];
        expect(said[0]).not.toMatch(/\s/);
        expect(said.join(' ').length).toBeLessThanOrEqual(1_001);
      }),
      { numRuns: 40 },
    );
  });
});
