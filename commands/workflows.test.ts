import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const github = fileURLToPath(new URL('../.github/', import.meta.url));

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Definition {
  readonly runs?: { readonly steps: readonly Step[] };
  readonly jobs?: Readonly<Record<string, { readonly steps?: readonly Step[] }>>;
}

const read = (file: string) => parse(readFileSync(join(github, file), 'utf8')) as Definition;
const files = readdirSync(github, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /^(actions|workflows)\/.*\.yml$/.test(name),
);
const stepsOf = ({ runs, jobs = {} }: Definition) => [
  ...(runs?.steps ?? []),
  ...Object.values(jobs).flatMap(({ steps = [] }) => steps),
];

test('no script holds an expression, whose value would be read as a script: values are environment variables', () => {
  const scripts = files.flatMap((file) => stepsOf(read(file)).flatMap(({ run }) => (run === undefined ? [] : [run])));

  expect(scripts.length).toBeGreaterThan(8);
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

describe('the step of the action that prints what a cluster says', () => {
  const directory = mkdtempSync(join(tmpdir(), 'action-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const step = read('actions/gate/action.yml').runs?.steps.find(({ name }) => name === 'Verify or compare');

  /** Runs it as the runner does, with a suite that prints these lines, then commands and no end of the last line. */
  function verify(inputs: Readonly<Record<string, string>>, printed: readonly string[] = []) {
    const programs = join(directory, 'bin');
    mkdirSync(programs, { recursive: true });
    const before = printed.map((line) => `echo '${line}'\n`).join('');
    writeFileSync(join(programs, 'npm'), `#!/bin/sh\n${before}printf '::error::%s\\n::add-mask::a' "$*"\nexit 3\n`, {
      mode: 0o755,
    });
    const [output, summary] = ['output', 'summary'].map((name) => join(directory, name)) as [string, string];
    for (const file of [output, summary]) writeFileSync(file, '');
    const names = Object.keys(step?.env ?? {});
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', step?.run ?? 'exit 1'],
      {
        encoding: 'utf8',
        env: {
          ...Object.fromEntries(names.map((name) => [name, ''])),
          PATH: `${programs}${delimiter}${process.env.PATH}`,
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: summary,
          GITHUB_ACTION_PATH: '/action/.github/actions/gate',
          GITHUB_WORKSPACE: '/workspace',
          K3S_IMAGE: 'node:v1',
          REPORTS: join(directory, 'reports'),
          ...inputs,
        } as NodeJS.ProcessEnv,
      },
    );
    const written = { output: readFileSync(output, 'utf8'), summary: readFileSync(summary, 'utf8') };
    return { status, stderr, lines: stdout.trimEnd().split('\n'), ...written };
  }

  test('stops commands before it, and allows them again after it, with a token that nobody can guess', () => {
    const [first, second] = [verify({ TARGET: 'agent' }), verify({ TARGET: 'agent' })];

    const tokens = [first, second].map(({ status, stderr, lines }) => {
      const token = /^::stop-commands::([0-9a-f]{32})$/.exec(lines[0] ?? '')?.[1];
      expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
      expect(lines.slice(1)).toEqual([
        expect.stringMatching(/^::error::.*run e2e -- --cluster k3s .*--target agent$/),
        '::add-mask::a',
        `::${token}::`,
      ]);
      return token;
    });
    expect(new Set(tokens).size).toBe(2);
  });

  test('puts the times of the boot, the pulls and the rollout into the summary, and nothing else', () => {
    const times = [
      '  1 node(s) booted after 9.3 s',
      '  busybox:1.36: pulled, 2.2 of 2.2 MB, 1.1 MB/s',
      '  CoreDNS is rolled out after 4 s',
    ];

    const { status, summary } = verify({}, [...times, '✗ dns/answers ``` after 3 s']);

    expect(status).toBe(3);
    expect(summary).toBe(`\`\`\`\n${times.join('\n')}\n\`\`\`\n\n`);
  });

  test('previews an upgrade without a cluster, and puts the page into the summary', () => {
    const reports = join(directory, 'previewed');
    mkdirSync(reports, { recursive: true });
    writeFileSync(join(reports, 'preview.md'), '## predicted\n');

    const inputs = { PREVIEW: 'objects.json', FROM: 'v2.6.0', TO: 'all', REGISTRIES: 'r', PROMETHEUS: 'docker' };
    const { lines, summary } = verify({ REPORTS: reports, ...inputs });

    expect(lines[1]).toMatch(
      /run preview -- --reports \S+ --objects \/workspace\/objects\.json --from v2\.6\.0 --to all --prometheus docker$/,
    );
    expect(summary).toContain('## predicted');
  });

  test('takes whatever an input holds for one value', () => {
    const value = 'a\nreports=/etc "$(exit 9)" `exit 9`; exit 9';

    const { status, lines, output } = verify({ TARGET: value, REPORTS: value });

    expect(status).toBe(3);
    expect(lines.join('\n')).toContain(`--reports ${value} --target ${value}`);
    const [, token, reports] = /^reports<<(\w+)\n([\s\S]*)\n\1\n$/.exec(output) ?? [];
    expect({ token, reports }).toEqual({ token: expect.stringMatching(/^[0-9a-f]{32}$/), reports: value });
  });
});
