import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playbookJsonSchema } from '../../src/core/playbook/schema.ts';
import { PLAYBOOKS, shippedFiles } from '../support/playbooks.ts';

describe('playbooks/schema.json', () => {
  it('is what the code reads; after a change write the output of `tcpcheck playbook schema` there', () => {
    const shipped: unknown = JSON.parse(readFileSync(join(PLAYBOOKS, 'schema.json'), 'utf8'));
    expect(shipped).toEqual(JSON.parse(JSON.stringify(playbookJsonSchema())));
  });

  it('refuses unknown fields and explains the known ones', () => {
    const schema = playbookJsonSchema();
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'tcpcheck playbook',
      type: 'object',
      additionalProperties: false,
    });
    expect(JSON.stringify(schema)).toContain('CEL over facts');
  });

  it.each(shippedFiles())('is named in the first line of $path, for editors', ({ text }) => {
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./schema.json');
  });
});
