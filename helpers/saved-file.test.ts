import { execFileSync, spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { UsageError } from './errors.ts';
import { openSavedFile, readSavedFile } from './saved-file.ts';

const MiB = 1024 * 1024;
const directory = mkdtempSync(join(tmpdir(), 'saved-file-'));
const bomb = file('bomb.gz', gzipSync(Buffer.alloc(200 * MiB, 'a 1\n')));
const { TMPDIR } = process.env;

beforeAll(() => {
  process.env.TMPDIR = mkdtempSync(join(directory, 'tmp-'));
});
afterAll(() => {
  const spooled = readdirSync(process.env.TMPDIR ?? '');
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  rmSync(directory, { recursive: true });
  expect(spooled).toEqual([]);
});

function file(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

async function contentOf(path: string, maxBytes = MiB): Promise<string> {
  const descriptor = await openSavedFile(path, { maxBytes });
  try {
    return readSavedFile(descriptor, path, maxBytes).toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

test('a file is read as it is, and a gzipped one unpacked, whatever it is called', async () => {
  expect(await contentOf(file('plain.gz', 'a 1\n'))).toBe('a 1\n');
  expect(await contentOf(file('gzipped.txt', gzipSync('a 1\n')))).toBe('a 1\n');
  expect(await contentOf(file('two-members', Buffer.concat([gzipSync('a 1\n'), gzipSync('b 1\n')])))).toBe('a 1\nb 1\n');
});

test('a file that needs no unpacking may hold more than is piped; reading all of it is limited', async () => {
  const path = file('long', 'a 1\n'.repeat(1000));
  const descriptor = await openSavedFile(path, { maxBytes: 100 });
  expect(fstatSync(descriptor).size).toBe(4000);
  expect(() => readSavedFile(descriptor, path, 100)).toThrow(
    `${path} holds 4,000 bytes, more than the 100 bytes that --max-bytes allows.`,
  );
  closeSync(descriptor);
});

test.each([
  ['an empty file', '', 'it is empty'],
  ['a gzipped empty file', gzipSync(''), 'it is empty'],
  [
    'a gzipped file that is cut off',
    gzipSync('a 1\n'.repeat(1000)).subarray(0, 30),
    'it cannot be unpacked, and may be cut off: unexpected end of file',
  ],
  [
    'the first two bytes of a gzipped file',
    Buffer.of(0x1f, 0x8b),
    'it cannot be unpacked, and may be cut off: unexpected end of file',
  ],
  [
    'what only begins like a gzipped file',
    Buffer.from('\x1f\x8bwords that follow', 'latin1'),
    'it cannot be unpacked, and may be cut off: ',
  ],
  ['a file that is gzipped twice', gzipSync(gzipSync('a 1\n')), 'it is gzipped twice'],
  ['UTF-16, as PowerShell writes it', Buffer.from('\ufeffa 1\n', 'utf16le'), 'it is UTF-16'],
  ['big-endian UTF-16', Buffer.from('\ufeffa 1\n', 'utf16le').swap16(), 'it is UTF-16'],
  ['UTF-16 without a byte order mark', Buffer.from('a 1\n', 'utf16le'), 'it is UTF-16'],
  ['UTF-8 with a byte order mark', Buffer.from('\ufeffa 1\n'), 'it begins with a byte order mark'],
  ['a zip archive', 'PK\x03\x04', 'it is a zip archive'],
  ['zstd', Buffer.of(0x28, 0xb5, 0x2f, 0xfd, 0), 'it is packed with zstd'],
])('%s is refused in a sentence', async (_, content, why) => {
  const path = file('refused', content);
  await expect(contentOf(path)).rejects.toThrow(UsageError);
  await expect(contentOf(path)).rejects.toThrow(`${path} cannot be read: ${why}`);
});

test.each([
  ['a directory', directory, 'it is a directory'],
  ['a file that is not there', join(directory, 'nowhere'), 'ENOENT'],
  ['a device without end', '/dev/zero', 'it is binary, and begins with the bytes 00 00 00 00'],
  ['a device that is empty', '/dev/null', 'it is empty'],
])('%s is refused in a sentence', async (_, path, why) => {
  await expect(contentOf(path)).rejects.toThrow(`${path} cannot be read: ${why}`);
});

describe('a pipe', () => {
  let pipe = '';
  beforeEach(() => {
    pipe = join(mkdtempSync(join(directory, 'pipe-')), 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  });

  async function written(command: string, maxBytes: number): Promise<string> {
    const writer = spawn('sh', ['-c', `${command} > "$0" 2>/dev/null`, pipe], { stdio: 'ignore' });
    const ended = new Promise((resolve) => writer.once('exit', resolve));
    return contentOf(pipe, maxBytes).finally(() => ended);
  }

  test('is read to its end', async () => {
    expect(await written('echo a 1', 100)).toBe('a 1\n');
  });

  test('without end is read as far as the limit', async () => {
    await expect(written('yes a 1', 10 * MiB)).rejects.toThrow(`${pipe} cannot be read: it holds more than the 10 MiB`);
  });
});

describe('a gzip bomb', () => {
  test('is unpacked as far as the limit', async () => {
    await expect(contentOf(bomb, 10 * MiB)).rejects.toThrow(`${bomb} cannot be read: it holds more than the 10 MiB`);
  });

  test('is unpacked only as far as the ratio of a scrape allows, whatever the limit', async () => {
    await expect(contentOf(bomb, 1024 * MiB)).rejects.toThrow(/its first \d+(,\d+)* bytes become (6|7)\d MiB and more/);
  });
});
