import { createReadStream, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Opens an exposition so that any place of it can be read, now and again. What cannot be read twice, a pipe or the standard
 * input (`-`), is first written to a file without a name, which is gone once the descriptor is closed. Throws what opening throws.
 */
export async function openExposition(path: string): Promise<number> {
  if (path === '-') return await spool(process.stdin);
  const stat = statSync(path);
  if (stat.isFile()) return openSync(path, 'r');
  if (stat.isDirectory()) throw new Error('it is a directory');
  return await spool(createReadStream(path));
}

async function spool(stream: AsyncIterable<Uint8Array>): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'exposition-'));
  const file = openSync(join(directory, 'spool'), 'w+');
  rmSync(directory, { recursive: true });
  for await (const chunk of stream) {
    for (let written = 0; written < chunk.length; ) written += writeSync(file, chunk, written);
  }
  return file;
}
