import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directory = mkdtempSync(join(tmpdir(), 'check-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, text: string): string {
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
    child.stdin?.end(input);
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
    expect(stdout).toContain(`${path}:2:1: This series stands in line 1 already`);
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

  test.each([
    ['a file that is not there', [join(directory, 'nowhere')], 'cannot be read: '],
    ['a directory', [directory], 'cannot be read: it is a directory'],
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
