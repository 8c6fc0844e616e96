import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runNode } from '../helpers/exposition/benchmark.ts';
import { commandsIn } from '../helpers/report/testing/hostile-text.ts';
import { nodeArguments } from '../helpers/source.ts';
import { commandTimeout, runToEnd } from './testing/command.ts';

const MiB = 1024 * 1024;
const directory = mkdtempSync(join(tmpdir(), 'saved-files-'));
afterAll(() => rmSync(directory, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

describe('account', () => {
  const hostile = 'a\n::error::b\x1b[31m##[error]';
  const list = { apiVersion: 'v1', kind: 'List', items: [configMap('c')] };
  const objects = file('objects.json', JSON.stringify(list));
  const metrics = file('metrics.txt', '# TYPE kube_configmap_info gauge\nkube_configmap_info{namespace="a",configmap="c"} 1\n');

  function configMap(name: string) {
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'a', uid: name } };
  }

  const exporter = ['--exporter', 'v2.6.0', '--args', '--resources=configmaps --metric-allowlist=kube_configmap_info'];
  const account = (...args: readonly string[]) => runToEnd('account', [...exporter, ...args]);

  test(
    'samples that objects explain end with the exit code 0',
    async () => {
      expect(await account('--objects', objects, '--metrics', metrics)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/^✓ 1 of 1 samples explained by 1 objects/),
      });
    },
    commandTimeout,
  );

  test.each([
    ['an empty list', '{"apiVersion":"v1","kind":"List","items":[]}', undefined],
    ['an HTML page for objects', '<html>', undefined],
    ['an HTML page for a scrape', undefined, '<html>'],
    ['an HTML page for both', '<html>', '<html>'],
    ['nothing', '', ''],
  ])(
    '%s proves nothing, which ends with the exit code 2',
    async (_, saved, scraped) => {
      const { code, stdout, stderr } = await account(
        ...['--objects', saved === undefined ? objects : file('empty.json', saved)],
        ...['--metrics', scraped === undefined ? metrics : file('empty.txt', scraped)],
      );
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^\/\S+ (?:holds no|is not JSON|cannot be read: it is empty).*\.\n$/);
    },
    commandTimeout,
  );

  test(
    'no command in objects and samples is printed',
    async () => {
      const hostileObjects = file('hostile.json', JSON.stringify(configMap(hostile)));
      const samples = file(
        'hostile.txt',
        `kube_configmap_info{namespace="a",configmap="${'::error::'}\x1b]0;b\x07 ##[group]"} 1\n`,
      );
      for (const json of [[], ['--json']]) {
        const { code, stdout } = await account('--objects', hostileObjects, '--metrics', samples, ...json);
        expect(code).toBe(1);
        expect(stdout).toContain('group]');
        expect(commandsIn(stdout)).toEqual([]);
      }
    },
    commandTimeout,
  );

  describe('a gzip bomb of 2 GiB', () => {
    const bomb = file('bomb.gz', Buffer.concat(Array<Buffer>(32).fill(gzipSync(Buffer.alloc(64 * MiB, 'a 1\n')))));

    test.each([
      ['objects', ['--objects', bomb, '--metrics', metrics]],
      ['metrics', ['--objects', objects, '--metrics', bomb]],
    ])(
      'for %s is refused by name',
      async (_, args) => {
        const { code, stderr } = await account(...args);
        expect(code).toBe(2);
        expect(stderr).toContain(`${bomb} cannot be read: its first `);
      },
      commandTimeout,
    );

    test(
      'is refused in little memory',
      async () => {
        const { residentBytes = Number.NaN } = await runNode([
          ...nodeArguments('commands/main'),
          'account',
          '--exporter',
          'v2.6.0',
          '--objects',
          bomb,
          '--metrics',
          bomb,
        ]);
        expect(residentBytes).toBeLessThan(400 * MiB);
      },
      commandTimeout,
    );
  });
});

describe('check', () => {
  const check = (args: readonly string[], input = '') => runToEnd('check', args, input);

  test(
    'exits with 0 for an exposition without violations, with its counts',
    async () => {
      const path = file('good', '# TYPE a gauge\na{x="1"} 1\na{x="2"} 1\nb 1\n');
      const { code, stdout } = await check([path]);
      expect(code).toBe(0);
      expect(stdout).toContain(`${path}: text format 0.0.4, 0 violations, 2 families, 3 samples, 41 bytes in`);
    },
    commandTimeout,
  );

  test(
    'names each violation with its place',
    async () => {
      const path = file('bad', 'a 1\na 2\nb');
      const { code, stdout } = await check([path]);
      expect(code).toBe(1);
      expect(stdout).toContain(`${path}:2:1: Duplicate series: line 1 has the same name`);
      expect(stdout).toContain(`${path}:3:2: `);
      expect(stdout).toContain('3 violations, 1 family, 2 samples');
    },
    commandTimeout,
  );

  test(
    'shows fifty violations, and how many more there are',
    async () => {
      const { code, stdout } = await check(['-'], '?\n'.repeat(1234));
      expect(code).toBe(1);
      expect(stdout.match(/^-:\d+:\d+: /gm)).toHaveLength(50);
      expect(stdout).toContain('and 1,184 more\n');
    },
    commandTimeout,
  );

  test(
    'writes JSON of the standard input',
    async () => {
      const { code, stdout } = await check(['-', '--json'], 'a 1\n# EOF\nb 1\n# EOF\n');
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toEqual({
        format: 'openmetrics',
        bytes: 20,
        families: 1,
        samples: 1,
        violations: [{ rule: 'eof-not-last', line: 3, column: 1, message: expect.any(String) }],
        durationMs: expect.any(Number),
      });
    },
    commandTimeout,
  );

  test(
    'reads the format of --format',
    async () => {
      const cutOff = file('cut-off', '# TYPE a counter\na_total 1\n');
      expect(await check([cutOff])).toMatchObject({ code: 0 });
      const asOpenMetrics = await check([cutOff, '--format', 'openmetrics']);
      expect(asOpenMetrics.code).toBe(1);
      expect(asOpenMetrics.stdout).toContain(`${cutOff}:3:1: `);
    },
    commandTimeout,
  );

  test(
    'reads a gzipped exposition',
    async () => {
      const { code, stdout } = await check([file('good.gz', gzipSync('a 1\n'))]);
      expect(code).toBe(0);
      expect(stdout).toContain('0 violations, 1 family, 1 sample, 4 bytes in');
    },
    commandTimeout,
  );

  test(
    'prints no command in the exposition or its name, and escapes it in JSON',
    async () => {
      const path = file('##[group]a', 'a 1\n\x1b]0;title\x07::error::b ##[error]c\n');
      const [text, json] = await Promise.all([check([path]), check([path, '--json'])]);
      expect(text.stdout).toContain('## [group]a:2:1: ');
      for (const { code, stdout } of [text, json]) {
        expect(code).toBe(1);
        expect(commandsIn(stdout)).toEqual([]);
      }
      expect(JSON.parse(json.stdout)).toMatchObject({ violations: [{ line: 2 }] });
    },
    commandTimeout,
  );

  test(
    'reads an endless pipe up to the limit',
    async () => {
      const { code, stdout, stderr } = await check(['-', '--max-bytes', '1000000'], 'a 1\n'.repeat(1_000_000));
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toBe('The standard input cannot be read: it holds more than the 1,000,000 bytes that --max-bytes allows.\n');
    },
    commandTimeout,
  );

  test.each([
    ['a missing file', [join(directory, 'nowhere')], 'cannot be read: '],
    ['a directory', [directory], 'cannot be read: it is a directory'],
    ['an empty file', [file('empty', '')], 'cannot be read: it is empty'],
    ['an endless device', ['/dev/zero'], 'cannot be read: it is binary, and begins with the bytes 00 00 00 00'],
    ['a limit that is not a number', ['--max-bytes', '1G', 'x'], 'Expected a whole number of bytes'],
    ['no file', [], 'missing required argument'],
    ['an unknown option', ['--jsno', 'x'], '--json'],
    ['an unknown format', ['--format', 'xml', 'x'], 'text, openmetrics'],
  ])(
    'exits with 2 for %s',
    async (_, args, sentence) => {
      const { code, stdout, stderr } = await check(args);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain(sentence);
    },
    commandTimeout,
  );
});
