import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandsIn, hostileTexts } from '../helpers/report/testing/hostile-text.ts';
import { hostileReport, sampleReport } from '../helpers/report/testing/sample-report.ts';
import { nodeArguments } from '../helpers/source.ts';
import { available } from './program.ts';
import { commandTimeout, runToEnd } from './testing/command.ts';

const directory = mkdtempSync(join(tmpdir(), 'commands-'));
afterAll(() => rmSync(directory, { recursive: true }));

function oneLine(text: string): string {
  expect(text.trimEnd().split('\n')).toHaveLength(1);
  return text;
}

describe('the program', () => {
  test('decides how a process ends in one file, and no command exits by itself', () => {
    const files = readdirSync('commands').filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    const exiting = files.filter((name) => /process\.exit\b|process\.on\b/.test(readFileSync(join('commands', name), 'utf8')));

    expect(exiting).toEqual(['command.ts']);
  });

  test(
    'prints its version',
    async () => {
      const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

      expect(await runToEnd('--version', [])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    },
    commandTimeout,
  );

  test(
    'what is longer than a pipe takes at once is printed to its end',
    async () => {
      const capture = (name: string) => join('fixtures/captures', name);
      const files = [
        '--objects',
        capture('v1.24.17-v2.5.0/objects.jsonl.gz'),
        '--metrics',
        capture('v1.34.1-v2.20.0/metrics.txt.gz'),
      ];
      const words = [...files, '--exporter', 'v2.20.0', '--args=', '--json', '--limit', '10000'];
      // A pipe between two processes, as a shell makes it, takes less at once than one to this process.
      const command = ['-c', '"$0" "$@" | cat', process.execPath, ...nodeArguments('commands/main'), 'account', ...words];
      const { stdout } = await promisify(execFile)('sh', command);

      expect(stdout.length).toBeGreaterThan(300_000);
      expect(JSON.parse(stdout)).toMatchObject({ samples: 2139 });
    },
    commandTimeout,
  );

  test(
    'has an npm script for every command, and lists every command in its help',
    async () => {
      const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Readonly<Record<string, string>> };
      const { stdout } = await runToEnd('--help', []);

      for (const name of Object.keys(available)) {
        expect(scripts[name]).toMatch(new RegExp(`node commands/start.mjs ${name}$`));
        expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
      }
    },
    commandTimeout,
  );

  test(
    'refuses a command that does not exist, with the nearest that does',
    async () => {
      const { code, stderr } = await runToEnd('acount', []);

      expect(code).toBe(2);
      expect(stderr).toContain("unknown command 'acount' (Did you mean account?)");
    },
    commandTimeout,
  );

  test(
    'completes every command in a shell',
    async () => {
      const { code, stdout } = await runToEnd('completion', ['fish']);

      expect(code).toBe(0);
      for (const name of Object.keys(available)) expect(stdout).toContain(`-n __fish_use_subcommand -a ${name} `);
      expect(stdout).toContain("'__fish_seen_subcommand_from gate' -l waivers");
    },
    commandTimeout,
  );
});

test.each(Object.keys(available))(
  '%s refuses an unknown option in one line, with exit code 2',
  async (name) => {
    const { code, stdout, stderr } = await runToEnd(name, ['--no-such-option']);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(oneLine(stderr)).toContain('no-such-option');
  },
  commandTimeout,
);

test(
  'scale does not fill an existing cluster',
  async () => {
    const { code, stderr } = await runToEnd('scale', [
      ...['--cluster', 'kubeconfig', '--kubeconfig', 'nowhere', '--context', 'none'],
    ]);

    expect(code).toBe(2);
    expect(stderr).toContain('which no run does to an existing cluster');
  },
  commandTimeout,
);

describe('mutants', () => {
  test(
    '--list lists at least 60 mutants, each with what must fail; every requirement has one or a reason for having none',
    async () => {
      const { code, stdout } = await runToEnd('mutants', ['--list']);

      expect(code).toBe(0);
      expect(stdout.split('\n').filter((line) => /^\w/.test(line)).length).toBeGreaterThanOrEqual(60);
      expect(stdout).toContain('role-may-delete-pods\n    The role may also delete pods.\n    access/denies-writes\n');
    },
    commandTimeout,
  );

  test.each([
    ['an unknown mutant', ['--only', 'role-may-delete-pod'], 'did you mean role-may-delete-pods?'],
    ['an existing cluster', ['--cluster', 'kubeconfig'], 'Allowed choices are k3s, simulated.'],
    ['a cluster without Docker', ['--only', 'two-replicas', '--reports', join(directory, 'mutants')], 'No Docker'],
    ['a file without --compare', ['mutants.json'], 'has no meaning without --compare'],
    ['--compare without records', ['--compare'], 'none of these is live'],
    ['--compare with a missing file', ['--compare', 'none.json'], 'none.json is not a mutants.json of npm run mutants'],
  ])(
    '%s is bad usage',
    async (_, args, sentence) => {
      const { code, stderr } = await runToEnd('mutants', args);

      expect(code).toBe(2);
      expect(stderr).toContain(sentence);
    },
    commandTimeout,
  );
});

describe('overview', () => {
  function reports(name: string, report: unknown): string {
    const folder = join(directory, name);
    mkdirSync(join(folder, 'run'), { recursive: true });
    writeFileSync(join(folder, 'run', 'report.json'), typeof report === 'string' ? report : JSON.stringify(report));
    return folder;
  }

  test(
    'has every report below the directory on the page',
    async () => {
      const { code, stdout, stderr } = await runToEnd('overview', [reports('good', sampleReport())]);

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('| v1.34.1 | v2.5.0 | agent | 1 | nonconformant |');
    },
    commandTimeout,
  );

  test(
    'prints no command that a report contains',
    async () => {
      const hostile = reports('hostile', hostileReport(Object.values(hostileTexts).join('\n')));
      const { code, stdout } = await runToEnd('overview', [hostile]);

      expect(code).toBe(0);
      expect(commandsIn(stdout)).toEqual([]);
    },
    commandTimeout,
  );

  test.each([
    ['a missing directory', () => [join(directory, 'nowhere')], 'nowhere cannot be read: ENOENT'],
    ['a directory without a report', () => [reports('gates', sampleReport()), '--gates'], 'There is no gate.json in '],
    ['a report that is not JSON', () => [reports('html', '<html>')], 'report.json cannot be read: Unexpected token'],
    ['a report that is null', () => [reports('null', null)], 'report.json is not a report that this release can read'],
    [
      'a report of another schema',
      () => [reports('old', { schema: 'v0' })],
      'expected the schema kube-state-metrics-conformance',
    ],
    ['a missing page', () => [reports('good', sampleReport()), '--into', join(directory, 'page.md')], 'page.md cannot be read'],
    ['no directory', () => [], "missing required argument 'directory'"],
  ])(
    '%s is bad usage, reported in a sentence',
    async (_, args, sentence) => {
      const { code, stdout, stderr } = await runToEnd('overview', args());

      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(oneLine(stderr)).toContain(sentence);
    },
    commandTimeout,
  );
});
