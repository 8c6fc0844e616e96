import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageDirectory } from '../source.ts';
import { type Capture, readCapture } from './capture.ts';

const recorded = fileURLToPath(new URL('fixtures/captures/', packageDirectory));

/** The names of all captures that are kept. */
export function recordedNames(): readonly string[] {
  return readdirSync(recorded)
    .filter((name) => name.startsWith('v'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** One of them. */
export function recordedCapture(name: string): Capture {
  return readCapture(join(recorded, name));
}
