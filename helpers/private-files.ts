import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes the directory, one that only its owner may enter; one that is there becomes such. */
export function makePrivateDirectory(directory: string): void {
  mkdirSync(dirname(directory), { recursive: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
}

/** Writes a file that only its owner may read, whole or not at all: other processes may read it at any time. */
export function writePrivately(file: string, text: string | Buffer): void {
  writeFileSync(`${file}.part`, text, { mode: 0o600 });
  // A file that is there keeps its mode.
  chmodSync(`${file}.part`, 0o600);
  renameSync(`${file}.part`, file);
}
