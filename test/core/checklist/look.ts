import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  captureFromFiles,
  captureToFiles,
  CAPTURE_INDEX,
} from '../../../src/core/checklist/capture-files.ts';
import { CHECKLIST } from '../../../src/core/checklist/checklist.ts';
import { composeScript } from '../../../src/core/checklist/compose-script.ts';
import { REMOTE_COMMAND } from '../../../src/core/checklist/remote-command.ts';
import { readFacts } from '../../../src/core/checklist/read-facts.ts';
import { createSectionReader } from '../../../src/core/checklist/section-reader.ts';
import { CAPTURE_SCHEMA, type Capture, type CheckId, type Sample } from '../../../src/core/domain/capture.ts';
import type { FactValue } from '../../../src/core/domain/facts.ts';
import type { LabHost } from '../../../src/demo/lab/host.ts';

/** Recorded hosts; other rooms' tests read them too. */
export const CAPTURES_DIR = join(import.meta.dirname, '../../fixtures/captures');

/** Longest a run may last in a test, window included. */
const RUN_LIMIT_S = 60;

/** Wraps a command so that it runs elsewhere: in a namespace, as another user. */
export type Wrap = (argv: readonly string[]) => readonly string[];

/** As an account without any rights. */
export const AS_NOBODY: Wrap = (argv) => [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--',
  ...argv,
];

/** What is lost of the output: everything from the middle of a section on. */
export const cutAfter =
  (id: CheckId, sample: Sample) =>
  (output: string): string => {
    const begin = output.indexOf(` begin ${id} ${sample} `);
    const end = output.indexOf(` end ${id} ${sample}`);
    return output.slice(0, Math.floor((begin + end) / 2));
  };

/** Runs the checklist inside a lab host, by the same command line and script as over ssh. */
export async function lookAt(
  host: LabHost,
  windowS = 2,
  wrap: Wrap = (argv) => argv,
  arrived: (output: string) => string = (output) => output,
): Promise<Capture> {
  const nonce = newNonce();
  const stdin = composeScript({ checks: CHECKLIST, windowS, nonce });
  const argv = wrap(['/bin/sh', '-c', REMOTE_COMMAND(RUN_LIMIT_S)]);
  const { stdout } = await host.exec(argv, { stdin, timeoutMs: (RUN_LIMIT_S + 5) * 1000 });
  return toCapture(host.name, windowS, { nonce, output: arrived(stdout) });
}

/** Runs any program on this machine with something on its standard input; messages are dropped. */
export async function feed(
  argv: readonly string[],
  stdin: string,
  env: Record<string, string> = {},
): Promise<{ output: string; exit: number | null }> {
  const [program = '', ...args] = argv;
  const child = spawn(program, args, {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/nonexistent', ...env },
    stdio: 'pipe',
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.resume();
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  const exit = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { output: Buffer.concat(chunks).toString('utf8'), exit };
}

export const newNonce = (): string => randomBytes(12).toString('hex');

export function toCapture(
  host: string,
  windowS: number,
  { nonce, output }: { nonce: string; output: string },
): Capture {
  const reader = createSectionReader(nonce);
  const sections = [...reader.push(output), ...reader.end().sections];
  return { schema: CAPTURE_SCHEMA, host, windowMs: windowS * 1000, sections };
}

/** The text of one section. */
export function textOf(capture: Capture, id: CheckId, sample: Sample): string {
  const section = capture.sections.find((each) => each.id === id && each.sample === sample);
  if (section === undefined) throw new Error(`the capture has no ${id} ${sample}`);
  return section.text;
}

/** Set TCPCHECK_RECORD=1 to record the lab's hosts anew. */
export const RECORDING = process.env['TCPCHECK_RECORD'] === '1';

const version = (value: FactValue | undefined): string => /^\d+\.\d+/.exec(String(value))?.[0] ?? 'none';

/** Keeps a capture as a fixture, named after the kernel and the ss it comes from. */
export async function record(name: string, capture: Capture): Promise<void> {
  if (!RECORDING) return;
  const { kernel, iproute2 } = readFacts(capture).facts.host.host;
  const dir = join(CAPTURES_DIR, `${name}-linux-${version(kernel)}-ss-${version(iproute2)}`);
  const { index, files } = captureToFiles({ ...capture, host: 'recorded' });
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, CAPTURE_INDEX), index);
  for (const [file, text] of files) await writeFile(join(dir, file), text);
}

export async function readCapture(name: string): Promise<Capture> {
  const dir = join(CAPTURES_DIR, name);
  const names = (await readdir(dir)).filter((file) => file.endsWith('.txt'));
  const files = new Map<string, string>();
  for (const file of names) files.set(file, await readFile(join(dir, file), 'utf8'));
  return captureFromFiles({ index: await readFile(join(dir, CAPTURE_INDEX), 'utf8'), files });
}
