import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../src/core/domain/problem.ts';
import { OpenThreads } from '../../src/state/open-threads.ts';

const thread = {
  requestId: 'r1',
  host: 'web-1',
  channel: 'C1',
  rootTs: '1.1',
  locale: 'en',
  owes: 'answer',
} as const;

describe('the threads that owe an answer', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tcpcheck-open-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('are known after a restart, until they are forgotten', () => {
    const file = join(dir, 'below', 'open.json');
    const first = new OpenThreads(file, () => undefined);
    first.remember(thread);
    const second = new OpenThreads(file, () => undefined);
    expect(second.all()).toEqual([thread]);
    second.forget('r1');
    expect(new OpenThreads(file, () => undefined).all()).toEqual([]);
  });

  it('are held in memory where the disk does not take them, and an operator hears of it once', () => {
    writeFileSync(join(dir, 'file'), '');
    const problems: Problem[] = [];
    const open = new OpenThreads(join(dir, 'file', 'open.json'), (problem) => void problems.push(problem));
    open.remember(thread);
    open.remember({ ...thread, requestId: 'r2' });
    expect(open.all()).toHaveLength(2);
    expect(problems).toHaveLength(1);
  });
});
