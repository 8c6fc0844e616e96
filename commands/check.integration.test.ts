import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { commandsIn } from '../helpers/report/testing/hostile-text.ts';

const directory = mkdtempSync(join(tmpdir(), 'check-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

interface Outcome {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

function check(args: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile('node', ['--import', 'tsx', 'commands/check.ts', ...args], (error, stdout, stderr) => {
      resolve({ exitCode: error?.code ?? 0, stdout, stderr });
    });
    // It may end before it has read everything.
    child.stdin?.on('error', (error: NodeJS.ErrnoException) => expect(error.code).toBe('EPIPE')).end(input);
  });
}

describe('npm run check', () => {
  test('ends well on a faultless exposition, with its counts', async () => {
    const path = file('good', '# TYPE a gauge\na{x="1"} 1\na{x="2"} 1\nb 1\n');
    const { exitCode, stdout } = await check([path]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${path}: text format 0.0.4, 0 violations, 2 families, 3 samples, 41 bytes in`);
  });

  test('names each violation with its place', async () => {
    const path = file('bad', 'a 1\na 2\nb');
    const { exitCode, stdout } = await check([path]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${path}:2:1: Duplicate series: line 1 has the same name`);
    expect(stdout).toContain(`${path}:3:2: `);
    expect(stdout).toContain('3 violations, 1 family, 2 samples');
  });

  test('shows fifty violations, and says how many more there are', async () => {
    const { exitCode, stdout } = await check(['-'], '?\n'.repeat(1234));
    expect(exitCode).toBe(1);
    expect(stdout.match(/^-:\d+:\d+: /gm)).toHaveLength(50);
    expect(stdout).toContain('and 1,184 more\n');
  });

  test('writes JSON of the standard input', async () => {
    const { exitCode, stdout } = await check(['-', '--json'], 'a 1\n# EOF\nb 1\n# EOF\n');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      format: 'openmetrics',
      bytes: 20,
      families: 1,
      samples: 1,
      violations: [{ rule: 'eof-not-last', line: 3, column: 1, message: expect.any(String) }],
      durationMs: expect.any(Number),
    });
  });

  test('goes by the format it is told', async () => {
    const cutOff = file('cut-off', '# TYPE a counter\na_total 1\n');
    expect(await check([cutOff])).toMatchObject({ exitCode: 0 });
    const told = await check([cutOff, '--format', 'openmetrics']);
    expect(told.exitCode).toBe(1);
    expect(told.stdout).toContain(`${cutOff}:3:1: `);
  });

  test('reads a gzipped exposition', async () => {
    const { exitCode, stdout } = await check([file('good.gz', gzipSync('a 1\n'))]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('0 violations, 1 family, 1 sample, 4 bytes in');
  });

  test('prints what the exposition and its name say as words, and as data in JSON', async () => {
    const path = file('##[group]a', 'a 1\n\x1b]0;title\x07::error::b ##[error]c\n');
    const [text, json] = await Promise.all([check([path]), check([path, '--json'])]);
    expect(text.stdout).toContain('## [group]a:2:1: ');
    for (const { exitCode, stdout } of [text, json]) {
      expect(exitCode).toBe(1);
      expect(commandsIn(stdout)).toEqual([]);
    }
    expect(JSON.parse(json.stdout)).toMatchObject({ violations: [{ line: 2 }] });
  });

  test('reads a pipe without end as far as the limit', async () => {
    const { exitCode, stdout, stderr } = await check(['-', '--max-bytes', '1000000'], 'a 1\n'.repeat(1_000_000));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toBe('The standard input cannot be read: it holds more than the 1,000,000 bytes that --max-bytes allows.\n');
  });

  test.each([
    ['a file that is not there', [join(directory, 'nowhere')], 'cannot be read: '],
    ['a directory', [directory], 'cannot be read: it is a directory'],
    ['an empty file', [file('empty', '')], 'cannot be read: it is empty'],
    ['a device without end', ['/dev/zero'], 'cannot be read: it is binary, and begins with the bytes 00 00 00 00'],
    ['a limit that is no number', ['--max-bytes', '1G', 'x'], 'wanted a number of bytes'],
    ['no file', [], 'missing required argument'],
    ['an unknown option', ['--jsno', 'x'], '--json'],
    ['an unknown format', ['--format', 'xml', 'x'], 'text, openmetrics'],
  ])('exits with 2 for %s', async (_, args, sentence) => {
    const { exitCode, stdout, stderr } = await check(args);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(sentence);
  });
});
