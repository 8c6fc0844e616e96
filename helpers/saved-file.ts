import {
  closeSync,
  createReadStream,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from './errors.ts';

/** The size limits of a saved file, unpacked. */
export interface SavedFileLimits {
  /** The maximum of what is piped or gzipped, and therefore copied to an unlinked file first. */
  readonly maxBytes: number;
  /** The maximum of unpacked bytes for each gzipped byte: scrapes and objects have 5 to 50, a bomb 1,000. */
  readonly maxRatio: number;
}

/** Below this size in bytes the ratio is not checked. */
const RATIO_MATTERS_FROM = 64 * 1024 * 1024;
const MAX_RATIO = 200;
const HEAD = 200;

/** The first bytes of files that are not text, each with what such a file is. */
const signatures: readonly (readonly [signature: readonly number[], what: string])[] = [
  [[0xff, 0xfe], 'it is UTF-16; save it as UTF-8'],
  [[0xfe, 0xff], 'it is UTF-16; save it as UTF-8'],
  [[0xef, 0xbb, 0xbf], 'it begins with a byte order mark; save it as UTF-8 without one'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is packed with zstd; unpack it first, or pack it with gzip'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'it is packed with xz; unpack it first, or pack it with gzip'],
  [[0x42, 0x5a, 0x68], 'it is packed with bzip2; unpack it first, or pack it with gzip'],
  [[0x50, 0x4b, 0x03, 0x04], 'it is a zip archive; unpack it first, or pack it with gzip'],
  [[0x1f, 0x8b], 'it is gzipped twice; unpack it once'],
];

/**
 * Opens a saved file for random access, gzipped or not, whatever its name. A pipe, a device, the standard input (`-`) and a gzipped file
 * are first copied to an unlinked file, which disappears once the descriptor is closed.
 * @returns a descriptor; the file has at least one byte
 * @throws UsageError that names the file, when it cannot be read, is empty, is not text, or exceeds the limits
 */
export async function openSavedFile(
  path: string,
  limits: Partial<SavedFileLimits> & Pick<SavedFileLimits, 'maxBytes'>,
): Promise<number> {
  const origin = path === '-' ? 'The standard input' : path;
  try {
    return await opened(path, { maxRatio: MAX_RATIO, ...limits });
  } catch (error) {
    throw new UsageError(`${origin} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

async function opened(path: string, limits: SavedFileLimits): Promise<number> {
  if (path === '-') return checked(await spool(process.stdin, limits));
  const stat: Stats = statSync(path);
  if (stat.isDirectory()) throw new Error('it is a directory');
  if (!stat.isFile()) return checked(await spool(createReadStream(path), limits));
  const file = openSync(path, 'r');
  if (!isGzipped(headOf(file))) return checked(file);
  closeSync(file);
  return checked(await spool(createReadStream(path), limits));
}

function checked(file: number): number {
  try {
    const head = headOf(file);
    if (head.length === 0) throw new Error('it is empty');
    refuseBinary(head);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function isGzipped(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

function refuseBinary(head: Buffer): void {
  for (const [signature, what] of signatures) if (signature.every((byte, index) => head[index] === byte)) throw new Error(what);
  const first = head.subarray(0, 4);
  if (isUtf16(first)) throw new Error('it is UTF-16; save it as UTF-8');
  if (first.includes(0))
    throw new Error(`it is binary, and begins with the bytes ${first.toString('hex').replace(/..(?=.)/g, '$& ')}`);
}

/** Whether the first four bytes are two ASCII characters in UTF-16 without a byte order mark. */
function isUtf16([a, b, c, d]: Buffer): boolean {
  return (a === 0 && c === 0 && b !== 0 && d !== 0) || (b === 0 && d === 0 && a !== 0 && c !== 0);
}

async function spool(stream: Readable, { maxBytes, maxRatio }: SavedFileLimits): Promise<number> {
  const file = unlinkedFile();
  const packed = new Packed(stream);
  let bytes = 0;
  try {
    for await (const chunk of await packed.content()) {
      if (bytes === 0) refuseBinary(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) throw new Error(`it holds more than the ${bytesInWords(maxBytes)} that --max-bytes allows`);
      if (packed.isGzipped && bytes > RATIO_MATTERS_FROM && bytes > packed.bytes * maxRatio)
        throw new Error(bomb(packed.bytes, bytes));
      for (let written = 0; written < chunk.length; ) written += writeSync(file, chunk, written);
    }
    return file;
  } catch (error) {
    closeSync(file);
    throw packed.isGzipped && isOfZlib(error as Error)
      ? new Error(`it cannot be unpacked, and may be cut off: ${(error as Error).message}`)
      : error;
  }
}

function bomb(packed: number, unpacked: number): string {
  return `its first ${bytesInWords(packed)} become ${bytesInWords(unpacked)} and more, far beyond the ratio of scrapes and objects; unpack it first if it is one`;
}

/** A stream that may be gzipped, and how many bytes of it were read. */
class Packed {
  readonly #chunks: AsyncIterator<Buffer>;
  bytes = 0;
  isGzipped = false;

  constructor(stream: Readable) {
    this.#chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  async content(): Promise<AsyncIterable<Buffer>> {
    let head = Buffer.alloc(0);
    while (head.length < 2) {
      const { value, done } = await this.#chunks.next();
      if (done) break;
      head = Buffer.concat([head, value]);
    }
    this.isGzipped = isGzipped(head);
    const chunks = this.#from(head);
    return this.isGzipped ? pipeline(Readable.from(chunks, { highWaterMark: 1 }), createGunzip(), () => undefined) : chunks;
  }

  async *#from(head: Buffer): AsyncGenerator<Buffer> {
    try {
      for (let chunk: Buffer | undefined = head; chunk !== undefined; chunk = await this.#next()) {
        this.bytes += chunk.length;
        yield chunk;
      }
    } finally {
      await this.#chunks.return?.();
    }
  }

  async #next(): Promise<Buffer | undefined> {
    const { value, done } = await this.#chunks.next();
    return done ? undefined : value;
  }
}

function unlinkedFile(): number {
  const directory = mkdtempSync(join(tmpdir(), 'saved-'));
  const file = openSync(join(directory, 'spool'), 'w+', 0o600);
  rmSync(directory, { recursive: true });
  return file;
}

function isOfZlib({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('Z_');
}

/**
 * Reads an open file into memory.
 * @throws UsageError when it has more than `maxBytes`
 */
export function readSavedFile(file: number, path: string, maxBytes: number): Buffer {
  const size = sizeOfSavedFile(file, path, maxBytes);
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  for (let read = 1; read > 0 && length < size; length += read) read = readSync(file, bytes, length, size - length, length);
  return bytes.subarray(0, length);
}

/**
 * Reads an open file in chunks.
 * @throws UsageError when it has more than `maxBytes`
 */
export function streamSavedFile(file: number, path: string, maxBytes: number): AsyncIterable<Buffer> {
  sizeOfSavedFile(file, path, maxBytes);
  return createReadStream('', { fd: file, start: 0, autoClose: false });
}

/**
 * The size of an open file in bytes.
 * @throws UsageError when it has more than `maxBytes`
 */
export function sizeOfSavedFile(file: number, path: string, maxBytes: number): number {
  const { size } = fstatSync(file);
  refuseLonger(size, path, maxBytes);
  return size;
}

function refuseLonger(size: number, path: string, maxBytes: number): void {
  if (size <= maxBytes) return;
  throw new UsageError(`${path} holds ${bytesInWords(size)}, more than the ${bytesInWords(maxBytes)} that --max-bytes allows.`);
}

/** The first 60 characters of a text, quoted, for an error about what was read. */
export function beginning(text: string): string {
  const start = text.slice(0, 200).trim().replace(/\s+/g, ' ');
  return JSON.stringify(start.length <= 60 ? start : `${start.slice(0, 60)}…`);
}

/** The first bytes of an open file, at most 200. */
export function headOf(file: number): Buffer {
  const head = Buffer.alloc(HEAD);
  return head.subarray(0, readSync(file, head, 0, HEAD, 0));
}

function bytesInWords(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${bytes.toLocaleString('en')} bytes`
    : `${Math.floor(bytes / (1024 * 1024)).toLocaleString('en')} MiB`;
}
