import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostileReport } from '../helpers/report/testing/hostile-report.ts';
import { commandsIn, hostileTexts } from '../helpers/report/testing/hostile-text.ts';
import { sampleReport } from '../helpers/report/testing/sample-report.ts';

/** A process of its own takes seconds on a busy machine. */
const patience = 60_000;
const directory = mkdtempSync(join(tmpdir(), 'overview-'));
afterAll(() => rmSync(directory, { recursive: true }));

function overview(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'commands/overview.ts', ...args], {
    encoding: 'utf8',
  });
  return { exitCode: status, stdout, stderr };
}

function reports(name: string, report: unknown): string {
  const folder = join(directory, name);
  mkdirSync(join(folder, 'run'), { recursive: true });
  writeFileSync(join(folder, 'run', 'report.json'), typeof report === 'string' ? report : JSON.stringify(report));
  return folder;
}

test(
  'every report below the directory is on the page',
  () => {
    const { exitCode, stdout, stderr } = overview(reports('good', sampleReport()));
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('| v1.34.1 | v2.5.0 | agent | 1 | nonconformant |');
  },
  patience,
);

test(
  'what reports say of others is printed as words',
  () => {
    const { exitCode, stdout } = overview(reports('hostile', hostileReport(Object.values(hostileTexts).join('\n'))));
    expect(exitCode).toBe(0);
    expect(commandsIn(stdout)).toEqual([]);
  },
  patience,
);

test.each([
  ['a directory that is not there', () => [join(directory, 'nowhere')], 'nowhere cannot be read: ENOENT'],
  ['a directory without a report', () => [reports('gates', sampleReport()), '--gates'], 'There is no gate.json in '],
  ['a report that is no JSON', () => [reports('html', '<html>')], 'report.json cannot be read: Unexpected token'],
  ['a report that is null', () => [reports('null', null)], 'report.json is no report that this release reads'],
  ['a report of another schema', () => [reports('old', { schema: 'v0' })], 'wanted one of schema kube-state-metrics-conformance'],
  [
    'a page that is not there',
    () => [reports('good', sampleReport()), '--into', join(directory, 'page.md')],
    'page.md cannot be read',
  ],
  ['no directory', () => [], "missing required argument 'directory'"],
])(
  '%s is bad usage, said in a sentence',
  (_, args, sentence) => {
    const { exitCode, stdout, stderr } = overview(...args());
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain(sentence);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  },
  patience,
);
