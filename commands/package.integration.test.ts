import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { seconds } from '../helpers/wait.ts';

const name = 'kube-state-metrics-conformance';
const capture = resolve('fixtures/captures/v1.34.1-v2.20.0');
const directory = mkdtempSync(join(tmpdir(), 'package-'));
const modules = join(directory, 'node_modules');
const root = join(modules, name);
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Readonly<Record<string, string>> };

/** Compiles and packs the project, and installs it beside links to its dependencies: none of the development's can be imported. */
beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', directory], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [tarball = ''] = readdirSync(directory).filter((file) => file.endsWith('.tgz'));
  mkdirSync(root, { recursive: true });
  execFileSync('tar', ['-xzf', join(directory, tarball), '-C', root, '--strip-components=1']);
  for (const dependency of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, dependency)), { recursive: true });
    symlinkSync(resolve('node_modules', dependency), join(modules, dependency));
  }
}, seconds(300));
afterAll(() => rmSync(directory, { recursive: true }));

const files = () => readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'));
const sources = () =>
  files()
    .filter((file) => file.endsWith('.js'))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

/** Runs the program as `npx` would, in the caller's directory. */
function run(...args: readonly string[]) {
  const program = join(root, 'dist/commands/main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { cwd: directory, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('every file that a packed file imports or starts is packed, and every package is a dependency', () => {
  const packed = new Set(files());
  const missing = sources().flatMap(({ file, text }) => [
    ...[...text.matchAll(/\b(?:from|import) ?\(?["'](\.[^"']+)["']/g)]
      .map(([, path = '']) => join(dirname(file), path))
      .filter((path) => !packed.has(path))
      .map((path) => `${file} imports ${path}`),
    ...[...text.matchAll(/\bnodeArguments\('([^']+)'\)/g)]
      .map(([, path = '']) => `dist/${path}.js`)
      .filter((path) => !packed.has(path))
      .map((path) => `${file} starts ${path}`),
    ...[...text.matchAll(/^import .*? ?from ["']([^."'][^"']*)["']|\bimport\(["']([^."'][^"']*)["']\)/gm)]
      .map(([, imported, lazily]) => imported ?? lazily ?? '')
      .map((path) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'))
      .filter((path) => !path.startsWith('node:') && !builtinModules.includes(path) && dependencies[path] === undefined)
      .map((path) => `${file} imports ${path}, which is not in dependencies`),
  ]);

  expect(packed.size).toBeGreaterThan(300);
  expect(missing).toEqual([]);
});

test('no test, TypeScript, capture or file of a developer is packed', () => {
  const needless = files().filter((file) => /\.ts$|\.test\.js$|^fixtures\/captures\/|^\.|testing/.test(file));

  expect(needless).toEqual([]);
});

test(
  'the installed program explains a capture, and lists the requirements',
  () => {
    const files = ['--objects', join(capture, 'objects.jsonl.gz'), '--metrics', join(capture, 'metrics.txt.gz')];
    expect(run('account', ...files)).toMatchObject({ status: 0, stdout: expect.stringMatching(/^✓ (\d+) of \1 samples/) });
    const { status, stdout } = run('e2e', '--list');
    expect({ status, ids: stdout.split('\n').filter((line) => /^[a-z]+\/[a-z0-9-]+$/.test(line)).length > 60 }).toEqual({
      status: 0,
      ids: true,
    });
  },
  seconds(120),
);

test(
  "the installed program runs requirements, and writes into the caller's reports",
  () => {
    const { status, stdout, stderr } = run('e2e', '--cluster', 'simulated', '--only', 'endpoints/healthz');

    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.any(String) });
    expect(stdout).toContain('endpoints/healthz');
    expect(readdirSync(join(directory, 'reports'))).toContain('report.json');
  },
  seconds(300),
);
