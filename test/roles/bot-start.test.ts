import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { startLocalSlack, type LocalSlack } from '../../src/demo/local-slack/local-slack.ts';
import { createLog } from '../../src/ops/log.ts';
import { startRole } from '../../src/roles/start-role.ts';
import { needs } from '../support/machine.ts';
import { redisServerOf } from '../support/processes.ts';

const need = needs('redis-server');

describe.skipIf(need.skip)(`a bot that cannot start ${need.reason}`, () => {
  let dir: string;
  let slack: LocalSlack;
  beforeEach(async () => {
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'tcpcheck-start-')));
    writeFileSync(join(dir, 'tcpcheck.yaml'), 'hosts: {web-1: {address: 127.0.0.1}}\n');
    slack = await startLocalSlack({
      workspace: { teamId: 'T1', bot: { userId: 'UBOT' }, users: [], channels: [] },
      botToken: 'xoxb-right',
      appToken: 'xapp-right',
      signingSecret: 'test-signing-secret',
    });
  });
  afterEach(async () => {
    await slack.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const start = (env: Record<string, string>): Promise<unknown> => {
    const given = {
      SLACK_API_URL: slack.apiUrl,
      SLACK_APP_TOKEN: 'xapp-right',
      TCPCHECK_DATA_DIR: join(dir, 'data'),
      TCPCHECK_HTTP_PORT: '0',
      ...env,
    };
    const settings = readEnvironment(given, { configFile: join(dir, 'tcpcheck.yaml') });
    const program = { main: 'unused', env: given };
    const config = loadConfig(settings.configFile);
    return startRole('bot', {
      config,
      settings,
      zone: 'default',
      playbooks: [],
      log: createLog('bot'),
      program,
    });
  };

  it('lets go of everything when Slack rejects its token: an open connection would keep the process', async () => {
    await expect(start({ SLACK_BOT_TOKEN: 'xoxb-wrong' })).rejects.toMatchObject({
      code: 'SLACK_TOKEN_REJECTED',
    });
    expect(() => redisServerOf(join(dir, 'data', 'redis'))).toThrow('no redis-server');
  });

  it('and when its port is taken, after Slack was reached', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      await expect(
        start({ SLACK_BOT_TOKEN: 'xoxb-right', TCPCHECK_HTTP_PORT: String(port) }),
      ).rejects.toMatchObject({ code: 'ENV_INVALID' });
      expect(() => redisServerOf(join(dir, 'data', 'redis'))).toThrow('no redis-server');
      await expect.poll(() => slack.socketCount).toBe(0);
    } finally {
      other.close();
    }
  });
});
