import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runNode } from '../helpers/exposition/benchmark.ts';
import { commandsIn } from '../helpers/report/testing/hostile-text.ts';

const MiB = 1024 * 1024;
/** A process of its own takes seconds on a busy machine. */
const patience = 60_000;
const command = ['--import', 'tsx', 'commands/account.ts'];
const directory = mkdtempSync(join(tmpdir(), 'account-'));
afterAll(() => rmSync(directory, { recursive: true }));

const hostile = 'a\n::error::b\x1b[31m##[error]';
const list = { apiVersion: 'v1', kind: 'List', items: [configMap('c')] };
const objects = file('objects.json', JSON.stringify(list));
const metrics = file('metrics.txt', '# TYPE kube_configmap_info gauge\nkube_configmap_info{namespace="a",configmap="c"} 1\n');

function configMap(name: string) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'a', uid: name } };
}

function file(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

function account(...args: readonly string[]): Promise<{ exitCode: unknown; stdout: string; stderr: string }> {
  const exporter = ['--exporter', 'v2.6.0', '--args', '--resources=configmaps --metric-allowlist=kube_configmap_info'];
  return new Promise((resolve) => {
    execFile(process.execPath, [...command, ...exporter, ...args], (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test(
  'what is explained is said with the exit code 0',
  async () => {
    expect(await account('--objects', objects, '--metrics', metrics)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^✓ 1 of 1 samples explained by 1 objects/),
    });
  },
  patience,
);

test.each([
  ['an empty list', '{"apiVersion":"v1","kind":"List","items":[]}', undefined],
  ['an HTML page for objects', '<html>', undefined],
  ['an HTML page for a scrape', undefined, '<html>'],
  ['an HTML page for both', '<html>', '<html>'],
  ['nothing', '', ''],
])(
  '%s proves nothing, and is said with the exit code 2',
  async (_, saved, scraped) => {
    const { exitCode, stdout, stderr } = await account(
      ...['--objects', saved === undefined ? objects : file('empty.json', saved)],
      ...['--metrics', scraped === undefined ? metrics : file('empty.txt', scraped)],
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^\/\S+ (?:holds no|is not JSON|cannot be read: it is empty).*\.\n$/);
  },
  patience,
);

test(
  'what objects and samples say is printed as words',
  async () => {
    const objectsOfOthers = file('hostile.json', JSON.stringify(configMap(hostile)));
    const samples = file(
      'hostile.txt',
      `kube_configmap_info{namespace="a",configmap="${'::error::'}\x1b]0;b\x07 ##[group]"} 1\n`,
    );
    for (const json of [[], ['--json']]) {
      const { exitCode, stdout } = await account('--objects', objectsOfOthers, '--metrics', samples, ...json);
      expect(exitCode).toBe(1);
      expect(stdout).toContain('group]');
      expect(commandsIn(stdout)).toEqual([]);
    }
  },
  patience,
);

describe('a gzip bomb of 2 GiB', () => {
  const bomb = file('bomb.gz', Buffer.concat(Array<Buffer>(32).fill(gzipSync(Buffer.alloc(64 * MiB, 'a 1\n')))));

  test.each([
    ['objects', ['--objects', bomb, '--metrics', metrics]],
    ['metrics', ['--objects', objects, '--metrics', bomb]],
  ])(
    'for %s is refused by name',
    async (_, args) => {
      const { exitCode, stderr } = await account(...args);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`${bomb} cannot be read: its first `);
    },
    patience,
  );

  test(
    'is refused in little memory',
    async () => {
      const { residentBytes = Number.NaN } = await runNode([
        ...command,
        '--exporter',
        'v2.6.0',
        '--objects',
        bomb,
        '--metrics',
        bomb,
      ]);
      expect(residentBytes).toBeLessThan(400 * MiB);
    },
    patience,
  );
});
