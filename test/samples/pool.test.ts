import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PYTHON, needs } from '../support/machine.ts';
import { sampleWith } from './collect.ts';
import { PEER_URL, startNetwork, type Network } from './network.ts';
import { CLASSPATH, GO_ENV, compile, makeFolder } from './written.ts';

/** The samples with a connection pool make one connection for many calls. */
const gate = needs('lab', 'javac', 'httpclient5', 'go', 'python-requests');
const CALLS = 20;

describe.skipIf(gate.skip)(`the samples of a connection pool ${gate.reason}`, () => {
  const folder = makeFolder();
  let network: Network;
  beforeAll(async () => {
    network = await startNetwork();
  });
  afterAll(async () => {
    await network.stop();
    folder.remove();
  });

  /** Connections that a program makes from its start to its end. */
  const made = async (command: string): Promise<number> => {
    const before = await network.connectionsMade();
    await network.sh(`cd ${folder.path} && ${command} 2>&1`);
    return (await network.connectionsMade()) - before;
  };
  const python = (code: string): string => {
    folder.write('pool_sample.py', code);
    const call = `for _ in range(${CALLS}): assert call_api("${PEER_URL}")`;
    return `${PYTHON} ${folder.write('call.py', `from pool_sample import call_api\n${call}\n`)}`;
  };

  it('Python with requests', { timeout: 60_000 }, async () => {
    expect(await made(python(sampleWith('Python', 'pool_block=True').code))).toBe(1);
  });

  it('Python with urllib3', { timeout: 60_000 }, async () => {
    expect(await made(python(sampleWith('Python', 'urllib3.PoolManager').code))).toBe(1);
  });

  it('no pool at all makes one for each call', { timeout: 60_000 }, async () => {
    const code = 'import requests\ndef call_api(url):\n    return requests.get(url, timeout=9).text\n';
    expect(await made(python(code))).toBe(CALLS);
  });

  it('Node.js', { timeout: 60_000 }, async () => {
    folder.write('pool.mjs', sampleWith('Node.js', 'maxFreeSockets: 50').code);
    const call = `for (let n = 0; n < ${CALLS}; n++) if (!(await callApi('${PEER_URL}'))) process.exit(1);`;
    const file = folder.write(
      'call.mjs',
      `import { callApi } from './pool.mjs';\n${call}\nprocess.exit(0);\n`,
    );
    expect(await made(`${process.execPath} ${file}`)).toBe(1);
  });

  it('Java', { timeout: 240_000 }, async () => {
    const sample = folder.write(
      'java/Pool.java',
      sampleWith('Java', 'PoolingHttpClientConnectionManagerBuilder.create').code,
    );
    const call = `for (int n = 0; n < ${CALLS}; n++) if (ApiClient.callApi("${PEER_URL}").isEmpty()) System.exit(1);`;
    const main = `class Calls { public static void main(String[] args) throws Exception { ${call} System.exit(0); } }`;
    const calls = folder.write('java/Calls.java', main);
    const javac = ['javac', '-cp', CLASSPATH, '-d', `${folder.path}/java`, sample, calls] as const;
    expect(await compile(javac)).toEqual({ exit: 0, said: '' });
    expect(await made(`java -cp ${CLASSPATH}:${folder.path}/java Calls`)).toBe(1);
  });

  it('Go', { timeout: 240_000 }, async () => {
    folder.write('go/go.mod', 'module sample\n');
    folder.write('go/pool.go', sampleWith('Go', 'MaxConnsPerHost').code);
    const call = `for n := 0; n < ${CALLS}; n++ { if body, err := CallAPI("${PEER_URL}"); err != nil || len(body) == 0 { t.Fatal(err) } }`;
    folder.write(
      'go/pool_test.go',
      `package api\nimport "testing"\nfunc TestCalls(t *testing.T) { ${call} }\n`,
    );
    const cwd = `${folder.path}/go`;
    const built = await compile(['go', 'test', '-c', '-o', `${folder.path}/calls`], { cwd, env: GO_ENV });
    expect(built).toMatchObject({ exit: 0 });
    expect(await made('./calls -test.v')).toBe(1);
  });
});
