import { describe, expect, it } from 'vitest';
import { showProblem } from '../../../src/core/domain/yaml-source.ts';
import { loadPlaybook, loadPlaybooks } from '../../../src/core/playbook/load.ts';
import { shippedFiles, smallYaml } from '../../support/playbooks.ts';

const GOOD = `# yaml-language-server: $schema=./schema.json
id: good
version: 1
title:
  en: Good
  ko: 좋음
symptoms: {en: [bad], ko: [나빠요]}
for_each: listeners
requires: [listener.backlog]
thresholds:
  full: {value: 0.8, source: us and a test}
when: >-
  listener.queue > 0
  && listener.queue > listener.backlog * thresholds.full
severity:
  default: warning
  critical: listener.queue > listener.backlog
text:
  en: "port {listener.port} has {listener.queue}"
  ko: "포트 {listener.port}에 {listener.queue}개"
evidence:
  - fact: listener.queue
    text:
      en: "{listener.queue} wait"
      ko: "{listener.queue}개 대기"
    command: ss -Hltn 'sport = :{listener.port}'
causes:
  - id: one
    when: listener.backlog < settings.somaxconn
    text: {en: One., ko: 하나.}
    fix:
      sysctl:
        - key: net.core.somaxconn
          to: 4096
          only_if:
            - that: settings.somaxconn < 4096
              otherwise: {en: No., ko: 아니요.}
          why: {en: Because., ko: 때문입니다.}
      not_advised:
        - key: net.ipv4.tcp_tw_recycle
          why: {en: Never., ko: 절대.}
sources: [us]
`;

const SYMPTOMS = 'symptoms: {en: [bad], ko: [나빠요]}';

/** The good playbook with one thing changed. */
function problems(from: string, to: string): readonly string[] {
  expect(GOOD).toContain(from);
  const reading = loadPlaybook(GOOD.replace(from, to), 'p.yaml');
  return reading.kind === 'problems' ? reading.problems.map(showProblem) : [];
}

describe('loadPlaybook', () => {
  it('reads a good one', () => {
    const reading = loadPlaybook(GOOD, 'p.yaml');
    expect(reading).toMatchObject({
      kind: 'playbook',
      playbook: { id: 'good', forEach: 'listeners', windowMinMs: 1000, thresholds: { full: 0.8 } },
    });
  });

  it.each([
    // What the schema sees.
    [
      'a missing language',
      '  ko: 좋음\n',
      '',
      'p.yaml:4:1: title.ko: Invalid input: expected string, received undefined',
    ],
    [
      'an empty text',
      'en: Good',
      'en: ""',
      'p.yaml:5:3: title.en: Too small: expected string to have >=1 characters',
    ],
    ['an unknown field', 'version: 1', 'version: 1\nversoin: 2', 'p.yaml:4:1: unknown field "versoin"'],
    [
      'an unknown field deep inside',
      'to: 4096',
      'to: 4096\n          unless: x',
      'p.yaml:35:11: unknown field "unless"',
    ],
    [
      'a wrong type',
      'version: 1',
      'version: one',
      'p.yaml:3:1: version: Invalid input: expected number, received string',
    ],
    [
      'a missing field',
      'version: 1\n',
      '',
      'p.yaml:2:1: version: Invalid input: expected number, received undefined',
    ],
    ['a field twice', SYMPTOMS, `${SYMPTOMS}\nid: again`, 'p.yaml:8:1: Map keys must be unique'],
    [
      'neither "to" nor "to_at_least"',
      '          to: 4096\n',
      '',
      'p.yaml:33:11: causes.0.fix.sysctl.0: needs either "to" or "to_at_least"',
    ],
    [
      'a wrong choice',
      'for_each: listeners',
      'for_each: sockets',
      'p.yaml:8:1: for_each: Invalid option: expected one of "none"|"listeners"|"destinations"',
    ],
    [
      'a threshold without a source',
      'full: {value: 0.8, source: us and a test}',
      'full: {value: 0.8}',
      'p.yaml:11:3: thresholds.full.source: Invalid input: expected string, received undefined',
    ],
    [
      'a threshold whose source says nothing',
      'source: us and a test',
      'source: Our own',
      'p.yaml:11:22: thresholds.full.source: a source says where the number comes from, or "Our own; and why"',
    ],
    [
      'symptoms in one language only',
      ', ko: [나빠요]',
      '',
      'p.yaml:7:1: symptoms.ko: Invalid input: expected array, received undefined',
    ],
    [
      'symptoms with nothing in them',
      'ko: [나빠요]',
      'ko: []',
      'p.yaml:7:23: symptoms.ko: Too small: expected array to have >=1 items',
    ],
    [
      'a playbook without sources',
      'sources: [us]',
      'sources: []',
      'p.yaml:42:1: sources: Too small: expected array to have >=1 items',
    ],
    [
      'a setting that no cause offers',
      'sources: [us]',
      'fix: {sysctl: [{key: net.core.somaxconn, to: 4096, why: {en: W., ko: 왜.}}]}\nsources: [us]',
      'p.yaml:42:16: fix.sysctl.0: a setting is offered by a cause only; move it into the fix of one',
    ],
    [
      'a threshold that is no number',
      'value: 0.8',
      'value: high',
      'p.yaml:11:10: thresholds.full.value: Invalid input: expected number, received string',
    ],
    [
      'a poisoned name',
      SYMPTOMS,
      'symptoms: {__proto__: []}',
      'p.yaml:7:12: "__proto__" is not allowed as a name',
    ],
    ['an alias', 'version: 1', 'version: &one 1\nother: *one', 'p.yaml:4:8: aliases (*name) are not allowed'],
    [
      'broken YAML',
      SYMPTOMS,
      'symptoms: {',
      'p.yaml:8:1: Flow map in block collection must be sufficiently indented and end with a }',
    ],
    // What only the facts can tell.
    [
      'a misspelt fact in the second line of a condition',
      'listener.queue > listener.backlog * ',
      'listener.queue > listener.backlg * ',
      /^p\.yaml:14:23: there is no fact "listener\.backlg"; listener has: /,
    ],
    [
      'a misspelt group',
      'when: listener.backlog < settings',
      'when: listener.backlog < setings',
      /^p\.yaml:29:30: there are no facts "setings"; there are: /,
    ],
    [
      'a threshold nobody declared',
      'thresholds.full',
      'thresholds.ful',
      'p.yaml:14:42: there is no fact "thresholds.ful"; thresholds has: full',
    ],
    [
      'a condition that is none',
      'critical: listener.queue > listener.backlog',
      'critical: listener.queue',
      'p.yaml:17:13: this gives a double, wanted is a bool',
    ],
    [
      'types that do not go together',
      'when: listener.backlog < settings.somaxconn',
      'when: listener.backlog < host.kernel',
      'p.yaml:29:11: no such overload: double < string',
    ],
    [
      'a syntax error at the end',
      'thresholds.full\n',
      'thresholds.full\n  &&\n',
      'p.yaml:15:5: Unexpected token: EOF',
    ],
    [
      'matches()',
      'when: listener.backlog < settings.somaxconn',
      'when: host.kernel.matches("(a+)+$")',
      /^p\.yaml:29:11: there is no function matches\(\)/,
    ],
    [
      'a wrong fact under requires',
      'requires: [listener.backlog]',
      'requires: [listener.backlog, listener.x]',
      /^p\.yaml:9:30: there is no fact "listener\.x"/,
    ],
    [
      'a fact of another subject',
      'fact: listener.queue',
      'fact: destination.port',
      /^p\.yaml:22:5: there are no facts "destination"/,
    ],
    [
      'a wrong placeholder in English',
      'has {listener.queue}"',
      'has {listener.quue}"',
      /^p\.yaml:19:33: placeholder: there is no fact "listener\.quue"/,
    ],
    [
      'a wrong placeholder in Korean',
      '에 {listener.queue}개"',
      '에 {queue}개"',
      'p.yaml:20:28: placeholder: "queue" is not a fact like group.name',
    ],
    [
      'a wrong placeholder in a command',
      ":{listener.port}'",
      ":{listener.prt}'",
      /^p\.yaml:26:33: placeholder: there is no fact "listener\.prt"/,
    ],
    // What only the catalogue can tell.
    [
      'a setting we do not know',
      'key: net.core.somaxconn',
      'key: net.core.somaxcon',
      'p.yaml:33:11: net.core.somaxcon is not in the catalogue of settings',
    ],
    [
      'a setting nobody may touch',
      'key: net.core.somaxconn',
      'key: net.ipv4.tcp_tw_recycle',
      /^p\.yaml:33:11: net\.ipv4\.tcp_tw_recycle is never offered: Never/,
    ],
    [
      'a value out of bounds',
      'to: 4096',
      'to: 65535',
      'p.yaml:34:11: "65535" is no value for net.core.somaxconn: it must be within 128 to 32768',
    ],
    [
      'a value with a command in it',
      'to: 4096',
      'to: "4096; reboot"',
      'p.yaml:34:11: "4096; reboot" is no value for net.core.somaxconn: it must be a whole number',
    ],
    [
      'advice about a setting we do not know',
      'key: net.ipv4.tcp_tw_recycle',
      'key: net.ipv4.tcp_magic',
      'p.yaml:40:11: net.ipv4.tcp_magic is not in the catalogue of settings',
    ],
    [
      'a setting that leaves /proc/sys',
      'key: net.core.somaxconn',
      'key: ../../etc/passwd',
      'p.yaml:33:11: causes.0.fix.sysctl.0.key: a setting is written net.core.somaxconn',
    ],
  ])('says where it is: %s', (_, from, to, problem) => {
    const found = problems(from, to);
    expect(found[0]).toMatch(problem);
    expect(found[0]?.split(': ').length).toBeGreaterThan(1);
  });

  it('names all mistakes in one go', () => {
    expect(problems('title:\n  en: Good\n  ko: 좋음\n', 'title: {}\n')).toHaveLength(2);
    expect(
      problems('{listener.port} has {listener.queue}', '{listener.prt} has {listener.quue}'),
    ).toHaveLength(2);
  });

  it('refuses two causes of one name, and a test for a cause there is not', () => {
    const cause = '  - {id: a, when: "true", text: {en: A., ko: 가.}}\n';
    const tests = 'tests:\n  - capture: x\n    expect: {status: matched, cause: b}';
    const reading = loadPlaybook(smallYaml(`causes:\n${cause}${cause}${tests}`), 'p.yaml');
    expect(reading.kind === 'problems' && reading.problems.map(showProblem)).toEqual([
      'p.yaml:11:6: there is a cause "a" already',
      'p.yaml:14:31: there is no cause "b"',
    ]);
  });

  it('refuses "unplaced" where the host itself is the subject, and facts of a subject in it', () => {
    const unplaced = 'unplaced: {when: "listener.port > 1", text: {en: A., ko: 가.}}';
    const host = loadPlaybook(smallYaml(unplaced), 'p.yaml');
    expect(host.kind === 'problems' && host.problems.map(({ message }) => message)).toEqual([
      'makes sense only with for_each',
      expect.stringContaining('there are no facts "listener"'),
    ]);
    const listeners = loadPlaybook(smallYaml(`for_each: listeners\n${unplaced}`), 'p.yaml');
    expect(listeners.kind === 'problems' && listeners.problems).toHaveLength(1);
  });
});

const load = (...texts: readonly string[]): readonly string[] =>
  loadPlaybooks(texts.map((text, at) => ({ path: `${at}.yaml`, text }))).problems.map(showProblem);

describe('loadPlaybooks', () => {
  it('reads the shipped ones', () => {
    const { playbooks, problems } = loadPlaybooks(shippedFiles());
    expect(problems).toEqual([]);
    expect(playbooks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['accept-queue-overflow', 'port-exhaustion']),
    );
  });

  it('refuses an id that is there already', () => {
    expect(load(smallYaml('', 'a'), smallYaml('', 'a'))).toEqual(['1.yaml:1:1: "a" is in 0.yaml already']);
  });

  it('refuses names that lead nowhere', () => {
    const a = smallYaml('explains: [b, c, "b/x", "b/y"]', 'a');
    const b = smallYaml('causes: [{id: x, when: "true", text: {en: X., ko: 엑스.}}]', 'b');
    expect(load(a, b)).toEqual([
      '0.yaml:9:15: there is no playbook "c"',
      '0.yaml:9:25: the playbook "b" has no cause "y"',
    ]);
  });

  it('refuses playbooks that explain each other in a circle', () => {
    const files = [
      smallYaml('explains: [b]', 'a'),
      smallYaml('explains: [c]', 'b'),
      smallYaml('explains: [a]', 'c'),
    ];
    expect(load(...files)).toEqual(['0.yaml:9:1: these explain each other in a circle: a -> b -> c -> a']);
    expect(load(smallYaml('explains: [a]', 'a'))).toEqual([
      '0.yaml:9:1: these explain each other in a circle: a -> a',
    ]);
  });

  it('keeps the good ones beside a bad one, and blames no name on it', () => {
    const files = [smallYaml('explains: [b]', 'a'), smallYaml('when: x', 'b')].map((text, at) => ({
      path: `${at}.yaml`,
      text,
    }));
    const { playbooks, problems } = loadPlaybooks(files);
    expect(playbooks.map(({ id }) => id)).toEqual(['a']);
    expect(problems.map(({ path }) => path)).toEqual(['1.yaml']);
  });
});
