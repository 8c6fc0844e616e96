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

/** How much a saved file may hold once it is unpacked. */
export interface SavedFileLimits {
  /** Of what is piped or gzipped, and so is written to a file without a name first. */
  readonly maxBytes: number;
  /** How many bytes a gzipped byte may become: one of a scrape or of objects becomes 5 to 50, one of a bomb 1,000. */
  readonly maxRatio: number;
}

/** Below this, no ratio is suspicious: it fits anywhere. */
const RATIO_MATTERS_FROM = 64 * 1024 * 1024;
const MAX_RATIO = 200;
const HEAD = 200;

/** What a file that is not text begins with, and what it is then. */
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
 * Opens a file that was saved, gzipped or not, whatever it is called, so that any place of it can be read, now and again. What cannot
 * be read twice or not as it is, a pipe, a device, the standard input (`-`), a gzipped file, is first written to a file without a name,
 * which is gone once the descriptor is closed.
 * @returns the descriptor, of at least one byte
 * @throws UsageError that names the file, when it cannot be read, is empty, is not text, or holds more than the limits allow
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
    refuseWhatIsNoText(head);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function isGzipped(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

function refuseWhatIsNoText(head: Buffer): void {
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
  const file = withoutName();
  const packed = new Packed(stream);
  let bytes = 0;
  try {
    for await (const chunk of await packed.content()) {
      if (bytes === 0) refuseWhatIsNoText(chunk);
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
  return `its first ${bytesInWords(packed)} become ${bytesInWords(unpacked)} and more, which no scrape and no objects do; unpack it first if it is one`;
}

/** A stream that may be gzipped, and how much of it was read. */
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
    const all = this.#from(head);
    return this.isGzipped ? pipeline(Readable.from(all, { highWaterMark: 1 }), createGunzip(), () => undefined) : all;
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

function withoutName(): number {
  const directory = mkdtempSync(join(tmpdir(), 'saved-'));
  const file = openSync(join(directory, 'spool'), 'w+', 0o600);
  rmSync(directory, { recursive: true });
  return file;
}

function isOfZlib({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('Z_');
}

/**
 * All of an open file, to be read into memory.
 * @throws UsageError when it holds more than `maxBytes`
 */
export function readSavedFile(file: number, path: string, maxBytes: number): Buffer {
  const { size } = fstatSync(file);
  refuseMore(size, path, maxBytes);
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  for (let read = 1; read > 0 && length < size; length += read) read = readSync(file, bytes, length, size - length, length);
  return bytes.subarray(0, length);
}

/** The same, piece by piece. */
export function streamSavedFile(file: number, path: string, maxBytes: number): AsyncIterable<Buffer> {
  refuseMore(fstatSync(file).size, path, maxBytes);
  return createReadStream('', { fd: file, start: 0, autoClose: false });
}

function refuseMore(size: number, path: string, maxBytes: number): void {
  if (size <= maxBytes) return;
  throw new UsageError(`${path} holds ${bytesInWords(size)}, more than the ${bytesInWords(maxBytes)} that --max-bytes allows.`);
}

/** How a text begins, quoted, at most 60 characters: for an error that says what was read instead of what was expected. */
export function beginning(text: string): string {
  const start = text.slice(0, 200).trim().replace(/\s+/g, ' ');
  return JSON.stringify(start.length <= 60 ? start : `${start.slice(0, 60)}…`);
}

/** The first bytes of an open file. */
export function headOf(file: number): Buffer {
  const head = Buffer.alloc(HEAD);
  return head.subarray(0, readSync(file, head, 0, HEAD, 0));
}

function bytesInWords(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${bytes.toLocaleString('en')} bytes`
    : `${Math.floor(bytes / (1024 * 1024)).toLocaleString('en')} MiB`;
}
