import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Command } from 'commander';
import { features, profileNames } from '../helpers/exporter/profile.ts';
import { parseProfile, profileValidator } from '../helpers/exporter/profile-file.ts';
import { addGateOptions } from '../helpers/gate/options.ts';
import { addPreviewOptions } from '../helpers/gate/preview/options.ts';
import { runOptions } from '../helpers/run/option-definitions.ts';
import { parseOptions } from '../helpers/run/options.ts';
import { commandTimeout, runToEnd } from './testing/command.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs.map((name) => `docs/${name}`)];
const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };

/** Every command line of npm in the documentation, from `npm` to the end of the line or of the code. */
const commands = pages.flatMap((page) =>
  [...read(page).matchAll(/\bnpm ((?:run|test|ci)\b[^`\n:;)]*)/g)].map(([, words = '']) => ({
    page,
    words: words.trim().split(/\s+/),
  })),
);

/** The options of `npm run NAME --` wherever the documentation shows them. */
const optionsOf = (name: string) =>
  commands.filter(({ words }) => words[0] === 'run' && words[1] === name && words[2] === '--').map(({ words }) => words.slice(3));

test('every npm script that the documentation names exists', () => {
  const named = commands.filter(({ words }) => words[0] === 'run').map(({ words }) => (words[1] ?? '').replace(/[.,]$/, ''));

  expect(new Set(named)).toContain('e2e');
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test('every script of the package is documented', () => {
  const text = pages.map(read).join('\n') + read('.ci/run');
  const parts = ['types', 'lint', 'dead-code', 'tests', 'families', 'bench', 'prepack'];

  const undocumented = Object.keys(scripts).filter((name) => !parts.includes(name) && !text.includes(`npm run ${name}`));
  expect(undocumented.filter((name) => !text.includes(`npm ${name}`))).toEqual([]);
});

test('every option of npm run e2e that the documentation shows is one', () => {
  const shown = optionsOf('e2e');

  expect(shown).not.toEqual([]);
  for (const words of shown.filter(([first]) => first !== '--help')) expect(() => parseOptions(words)).not.toThrow();
});

const commandsWithOptions = [...new Set(commands.map(({ words }) => words[1] ?? ''))].filter(
  (name) => name !== 'e2e' && optionsOf(name).some((words) => words.some((word) => word.startsWith('--'))),
);

test.each(commandsWithOptions)(
  'every option of npm run %s that the documentation shows is in its help',
  async (name) => {
    const { code, stdout } = await runToEnd(name, ['--help']);
    // Some pass options on to the run that they start.
    const known = [...stdout.matchAll(/--[a-z][a-z0-9-]+/g), ...runOptions.map(({ long }) => long)].map(String);
    const shown = optionsOf(name).flatMap((words) => words.filter((word) => word.startsWith('--')));

    expect({ name, code }).toEqual({ name, code: 0 });
    expect(shown.filter((flag) => !known.includes(flag))).toEqual([]);
  },
  commandTimeout,
);

test(
  'the help of npm run e2e has every option, its variable and its default',
  async () => {
    const { stdout } = await runToEnd('e2e', ['--help']);
    const help = stdout.replaceAll(/\s+/g, ' ');

    for (const { flags, envVar, defaultValue } of runOptions) {
      expect(help).toContain(flags);
      if (envVar !== undefined) expect(help).toContain(envVar);
      if (defaultValue !== undefined) expect(help).toContain(String(defaultValue));
    }
  },
  commandTimeout,
);

test('every profile and feature is documented, and the profile file that is shown is one', async () => {
  const page = read('docs/targets.md');
  const [, shown = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const schema = JSON.parse(read('docs/profile.schema.json')) as { readonly properties: object };
  const promisable = Object.entries(features).filter(([name]) => name !== 'core' && name !== 'documented-rendering');

  expect(profileNames.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  expect(promisable.filter(([name, sentence]) => !page.includes(`| \`${name}\` | ${sentence} |`))).toEqual([]);
  expect(Object.keys(schema.properties).filter((key) => !page.includes(`| \`${key}\` |`))).toEqual([]);
  expect(parseProfile(shown, 'docs/targets.md', await profileValidator()).features).toContain('headless-service');
});

test('every file that the documentation links to is there', () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => join(dirname(page), path)),
  );

  expect(links).not.toEqual([]);
  expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test(
  'npm run e2e -- --list shows the requirements without a cluster',
  async () => {
    const { code, stdout } = await runToEnd('e2e', ['--list']);

    expect(code).toBe(0);
    expect(stdout.split('\n').filter((line) => /^[a-z]+\/[a-z0-9-]+$/.test(line)).length).toBeGreaterThanOrEqual(60);
  },
  commandTimeout,
);

test(
  'npm run account explains the capture that the documentation names',
  async () => {
    const [shown] = optionsOf('account').filter((words) => words.some((word) => word.startsWith('fixtures/captures/')));
    if (!shown) throw new Error('No page shows a capture being accounted for.');
    const { code, stdout } = await runToEnd('account', shown);

    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^✓ (\d+) of \1 samples explained/),
    });
  },
  commandTimeout,
);

test(
  'npm run check reads the same scrape',
  async () => {
    const metrics = gunzipSync(readFileSync(join(root, 'fixtures/captures/v1.34.1-v2.20.0/metrics.txt.gz')));
    const { code, stdout } = await runToEnd('check', ['-'], metrics);

    expect(code).toBe(0);
    expect(stdout).toContain('0 violations');
  },
  commandTimeout,
);

test('the action gives the commands only options that they have', () => {
  const action = read('.github/actions/gate/action.yml');
  const given = [...action.slice(action.indexOf('options=(')).matchAll(/(?<=[\s(])--[a-z][a-z0-9-]+/g)].map(([flag]) => flag);
  const known = [
    ...runOptions.map(({ long }) => long),
    ...[addGateOptions(new Command()), addPreviewOptions(new Command())].flatMap((command) => [
      ...command.helpInformation().matchAll(/--[a-z0-9-]+/g),
    ]),
  ].map(String);

  expect(given).toContain('--k3s-image');
  expect(given.filter((flag) => flag !== '--prefix' && !known.includes(flag))).toEqual([]);
});

test('the workflows take the k3s of pull requests from the one list there is', () => {
  const { k3s, pullRequest } = JSON.parse(read('.github/matrix.json')) as { k3s: readonly string[]; pullRequest: string };
  const files = ['.github/actions/gate/action.yml', '.github/workflows/conformance.yml'];
  const named = files.flatMap((file) => [...read(file).matchAll(/rancher\/k3s:(v[\w.-]*\w)/g)].map(([, tag]) => tag));

  expect(k3s).toContain(pullRequest);
  expect(new Set(named)).toEqual(new Set([pullRequest]));
});
