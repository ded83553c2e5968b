import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { configJsonSchema } from '../../src/config/schema.ts';

const ROOT = resolve(import.meta.dirname, '../..');

describe('tcpcheck.schema.json', () => {
  it('is what the code reads; after a change of the schema run this test with -u', async () => {
    const text = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(resolve(ROOT, 'tcpcheck.schema.json'));
  });

  const shipped: unknown = JSON.parse(readFileSync(resolve(ROOT, 'tcpcheck.schema.json'), 'utf8'));
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    typeof shipped === 'object' && shipped !== null ? shipped : {},
  );

  it.each([
    ['nothing at all', '{}', true],
    ['a host with its defaults', 'hosts: {web-1: {address: 10.0.0.5}}', true],
    ['a field that does not exist', 'hosts: {web-1: {address: 10.0.0.5, prot: 22}}', false],
    ['a host without an address', 'hosts: {web-1: {port: 22}}', false],
    ['a window that is no duration', 'diagnosis: {window: ten}', false],
    ['an approving user group', 'approvals: {approvers: {groups: [S1, T1:S2]}}', true],
    ['a group by its handle', 'approvals: {approvers: {groups: ["@sre"]}}', false],
    ['a source of alerts', 'alerts: {sources: {alertmanager: {bearer_file: [a, b], channel: C1}}}', true],
    ['a source of the wrong fields', 'alerts: {sources: {alertmanager: {hmac_file: a}}}', false],
    ['a second source of a format', 'alerts: {sources: {grafana-eu: {format: grafana, hmac_file: a}}}', true],
    [
      'a source that is described',
      'alerts: {sources: {own: {bearer_file: a, mapping: {status: {at: /s, firing: [x]}, name: [/n]}}}}',
      true,
    ],
    ['a source of no format', 'alerts: {sources: {own: {bearer_file: a}}}', false],
    ['a rule with an unknown field', 'alerts: {rules: [{match: {team: x}, start: false}]}', false],
  ])('judges %s as the program does', (_, yaml, good) => {
    expect(validate(parse(yaml))).toBe(good);
  });
});
