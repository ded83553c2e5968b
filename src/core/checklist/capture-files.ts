import { z } from 'zod';
import { CAPTURE_SCHEMA, CHECK_IDS, type Capture, type Section } from '../domain/capture.ts';
import { TcpcheckError } from '../domain/errors.ts';
import { HOST_NAME } from '../domain/host.ts';
import { NETNS } from '../domain/place.ts';
import { readYaml, showProblem } from '../domain/yaml-source.ts';
import { readFacts } from './read-facts.ts';

/** A capture as the files of one folder. */
export interface CaptureFiles {
  /** Text of capture.json. */
  readonly index: string;
  /** By file name; one per check and sample. */
  readonly files: ReadonlyMap<string, string>;
}

/** Name of the file that says what the others are. */
export const CAPTURE_INDEX = 'capture.json';

/** No check's cap is larger. */
const MAX_FILE_CHARS = 512 * 1024;

const indexSchema = z.strictObject({
  schema: z.literal(CAPTURE_SCHEMA),
  host: z.string().regex(HOST_NAME, 'a host name is letters, digits, dots and dashes'),
  kernel: z.string().max(100).nullable(),
  window_ms: z.number().int().min(0).max(3_600_000),
  inside: z
    .strictObject({
      target: z.string().max(200),
      pid: z.number().int().min(1),
      netns: z.string().regex(NETNS, 'a namespace is written net:[4026532008]'),
    })
    .optional(),
  checks: z
    .array(
      z.strictObject({
        id: z.enum(CHECK_IDS),
        sample: z.union([z.literal(1), z.literal(2)]),
        exit: z.number().int().min(0).max(255).nullable(),
        ms: z.number().int().min(0).max(3_600_000),
        truncated: z.boolean(),
        file: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,60}\.txt$/, 'a plain file name that ends in .txt'),
      }),
    )
    .max(CHECK_IDS.length * 2),
});

/** Writes a capture down; `captureFromFiles` gives the same one back. */
export function captureToFiles(capture: Capture): CaptureFiles {
  const { kernel } = readFacts(capture).facts.host.host;
  const index: z.infer<typeof indexSchema> = {
    schema: CAPTURE_SCHEMA,
    host: capture.host,
    kernel: typeof kernel === 'string' ? kernel : null,
    window_ms: capture.windowMs,
    ...(capture.inside === undefined ? {} : { inside: capture.inside }),
    checks: capture.sections.map(({ id, sample, exit, ms, truncated }) => ({
      id,
      sample,
      exit,
      ms,
      truncated,
      file: fileName({ id, sample }),
    })),
  };
  return {
    index: `${JSON.stringify(index, null, 2)}\n`,
    files: new Map(capture.sections.map((section) => [fileName(section), section.text])),
  };
}

/** Reads a capture; CAPTURE_UNREADABLE names file, line and fault. */
export function captureFromFiles({ index, files }: CaptureFiles): Capture {
  // JSON is YAML, and the YAML reader knows in which line a value stands.
  const read = readYaml({ path: CAPTURE_INDEX, text: index }, indexSchema);
  if (read.kind === 'wrong') {
    throw new TcpcheckError('CAPTURE_UNREADABLE', read.problems.map(showProblem).join('; '));
  }
  const { value, locate } = read;
  const fault = (position: number, message: string): never => {
    const { line, column } = locate(['checks', position]);
    throw new TcpcheckError(
      'CAPTURE_UNREADABLE',
      showProblem({ path: CAPTURE_INDEX, line, column, message }),
    );
  };
  const seen = new Set<string>();
  const sections = value.checks.map(({ id, sample, exit, ms, truncated, file }, position): Section => {
    const text = files.get(file) ?? fault(position, `the file ${file} is missing`);
    if (text.length > MAX_FILE_CHARS)
      fault(position, `the file ${file} has more than ${MAX_FILE_CHARS} characters`);
    if (seen.has(`${id} ${sample}`)) fault(position, `${id} has sample ${sample} already`);
    seen.add(`${id} ${sample}`);
    return { id, sample, exit, ms, truncated, text };
  });
  const { host, window_ms: windowMs, inside } = value;
  return { schema: CAPTURE_SCHEMA, host, windowMs, inside, sections };
}

const fileName = ({ id, sample }: Pick<Section, 'id' | 'sample'>): string => `${id}.${sample}.txt`;
