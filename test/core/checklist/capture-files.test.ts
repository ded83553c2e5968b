import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CAPTURE_INDEX,
  captureFromFiles,
  captureToFiles,
  type CaptureFiles,
} from '../../../src/core/checklist/capture-files.ts';
import { CAPTURE_SCHEMA, CHECK_IDS, type Capture } from '../../../src/core/domain/capture.ts';
import { TcpcheckError } from '../../../src/core/domain/errors.ts';

const sectionOf = fc.record({
  id: fc.constantFrom(...CHECK_IDS),
  sample: fc.constantFrom(1 as const, 2 as const),
  exit: fc.oneof(fc.nat(255), fc.constant(null)),
  ms: fc.nat(100_000),
  truncated: fc.boolean(),
  text: fc.string({ maxLength: 200, unit: 'grapheme' }),
});
const captureOf: fc.Arbitrary<Capture> = fc.record({
  schema: fc.constant(CAPTURE_SCHEMA),
  host: fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,30}$/),
  windowMs: fc.nat(60_000),
  sections: fc.uniqueArray(sectionOf, { maxLength: 10, selector: ({ id, sample }) => `${id} ${sample}` }),
});

const EXAMPLE: Capture = {
  schema: CAPTURE_SCHEMA,
  host: 'web-1',
  windowMs: 10_000,
  sections: [
    {
      id: 'identity',
      sample: 1,
      exit: 0,
      ms: 20,
      truncated: false,
      text: 'system Linux\nkernel 6.1.0-18-amd64\n',
    },
    { id: 'counters', sample: 2, exit: null, ms: 0, truncated: true, text: '' },
  ],
};

function messageOf(files: CaptureFiles): string {
  try {
    captureFromFiles(files);
  } catch (error) {
    if (error instanceof TcpcheckError && error.code === 'CAPTURE_UNREADABLE') return error.message;
    throw error;
  }
  return 'it was read';
}

describe('files of a capture', () => {
  it('give back the same capture', () => {
    fc.assert(
      fc.property(captureOf, (capture) => {
        expect(captureFromFiles(captureToFiles(capture))).toEqual(capture);
      }),
    );
  });

  it('are what other programs expect', () => {
    const { index, files } = captureToFiles(EXAMPLE);
    expect(JSON.parse(index)).toEqual({
      schema: 'tcpcheck/capture/v1',
      host: 'web-1',
      kernel: '6.1.0-18-amd64',
      window_ms: 10_000,
      checks: [
        { id: 'identity', sample: 1, exit: 0, ms: 20, truncated: false, file: 'identity.1.txt' },
        { id: 'counters', sample: 2, exit: null, ms: 0, truncated: true, file: 'counters.2.txt' },
      ],
    });
    expect([...files.keys()]).toEqual(['identity.1.txt', 'counters.2.txt']);
    expect(CAPTURE_INDEX).toBe('capture.json');
  });

  it.each([
    ['a syntax error', '"exit": 0', '"exit": ,', /^capture\.json:10:/],
    ['another schema', 'tcpcheck/capture/v1', 'tcpcheck/capture/v9', /^capture\.json:2:.*schema/],
    ['a host that is no name', '"web-1"', '"../web"', /^capture\.json:3:.*host: a host name is/],
    [
      'no window',
      '"window_ms": 10000',
      '"window": 10000',
      /^capture\.json:5:.*window_ms|unknown field "window"/,
    ],
    ['a check nobody knows', '"identity"', '"rm-rf"', /^capture\.json:8:.*checks\.0\.id/],
    ['a third sample', '"sample": 2', '"sample": 3', /^capture\.json:17:.*checks\.1\.sample/],
    ['a path for a file', '"identity.1.txt"', '"../../etc/passwd"', /^capture\.json:13:.*a plain file name/],
    ['a path in a folder', '"identity.1.txt"', '"a/b.txt"', /^capture\.json:13:.*a plain file name/],
    ['a name that reaches a prototype', '"kernel"', '"__proto__"', /^capture\.json:/],
    [
      'a file that is missing',
      '"identity.1.txt"',
      '"identity.9.txt"',
      /^capture\.json:7:.*the file identity\.9\.txt is missing/,
    ],
    [
      'the same check twice',
      '"counters",\n      "sample": 2',
      '"identity",\n      "sample": 1',
      /^capture\.json:15:.*identity has sample 1 already/,
    ],
    ['no JSON at all', /^[^]*$/, 'hello', /^capture\.json:1:/],
    ['nothing', /^[^]*$/, '', /^capture\.json:1:/],
    ['a page of aliases', /^[^]*$/, 'a: &a [x]\nb: [*a, *a]', /^capture\.json:/],
  ])('with %s name file and line', (_, from, to, message) => {
    const { index, files } = captureToFiles(EXAMPLE);
    const broken = index.replace(from, to);
    expect(broken).not.toBe(index);
    expect(messageOf({ index: broken, files })).toMatch(message);
  });

  it('with a file too large say which', () => {
    const { index, files } = captureToFiles(EXAMPLE);
    const large = new Map([...files, ['identity.1.txt', 'x'.repeat(600_000)]]);
    expect(messageOf({ index, files: large })).toMatch(/^capture\.json:7:.*identity\.1\.txt has more than/);
  });

  it('of any text are read or refused, never worse', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (index) => {
        expect(messageOf({ index, files: new Map() })).toMatch(/^capture\.json:\d+:\d+: |^it was read$/);
      }),
    );
  });
});
