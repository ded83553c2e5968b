import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Capture } from '../../src/core/domain/capture.ts';
import { readCaptureFolder } from '../../src/host/capture-folder.ts';

const CAPTURES = resolve(import.meta.dirname, '../fixtures/captures');

/** Names of the recorded hosts. */
export const recordedHosts = (): readonly string[] => readdirSync(CAPTURES).sort();

export const recordedHost = (name: string): Capture => readCaptureFolder(join(CAPTURES, name));
