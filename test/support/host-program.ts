import type { LabHost } from '../../src/demo/lab/host.ts';

/** A machine under load needs some seconds to start an interpreter and a dozen processes. */
const WITHIN_S = 20;

interface HostProgram {
  /** Of its file and of what it says, in /run/lab. */
  readonly name: string;
  /** Python, which goes on until its host is gone. */
  readonly text: string;
  readonly argument?: string;
  /** So many lines it says once it stands. */
  readonly lines: number;
}

/** Starts a program on a host; what it has said, whether it stands by then or not. */
export async function startProgram(
  host: LabHost,
  { name, text, argument = '', lines }: HostProgram,
): Promise<string> {
  const file = `/run/lab/${name}`;
  await host.writeFile(`${file}.py`, text);
  const { stdout } = await host.exec([
    'sh',
    '-c',
    `python3 ${file}.py ${argument} >${file} 2>&1 &
turns=0
until [ "$(grep -c . ${file})" -ge ${lines} ] || [ "$turns" = ${WITHIN_S * 10} ]; do
  sleep 0.1
  turns=$((turns + 1))
done
cat ${file}`,
  ]);
  return stdout;
}
