import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Creates a directory that only its owner may enter, or makes an existing one such. */
export function makePrivateDirectory(directory: string): void {
  mkdirSync(dirname(directory), { recursive: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
}

/** Writes a file that only its owner may read. It is replaced atomically, as other processes may read it at any time. */
export function writePrivately(file: string, text: string | Buffer): void {
  writeFileSync(`${file}.part`, text, { mode: 0o600 });
  // An existing file keeps its mode.
  chmodSync(`${file}.part`, 0o600);
  renameSync(`${file}.part`, file);
}
