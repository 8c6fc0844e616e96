/** @jest-config-loader esbuild-register */
import vm from 'node:vm';
import type { Config } from 'jest';

const transform: Config['transform'] = {
  '^.+\\.ts$': [
    '<rootDir>/commands/jest/transform.mjs',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' }, sourceMaps: 'inline' },
  ],
};

const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.compiled/'],
} satisfies Config;

// An editor starts jest without the flag that .npmrc gives: then every test runs in a worker, which has it.
const hasModules = 'SourceTextModule' in vm;
if (!hasModules) process.env.NODE_OPTIONS = '--experimental-vm-modules --disable-warning=ExperimentalWarning';

const folders = '<rootDir>/{helpers,commands,fixtures,manifests,simulator,specs}';
const { selected, paths } = readSelection(process.argv);

/** What a change needs at every save: no process of the project's own, no whole run. */
const unit = project({
  ...shared,
  displayName: 'unit',
  testMatch: [`${folders}/**/*.test.ts`],
  testPathIgnorePatterns: ['\\.integration\\.test\\.ts$'],
});

/** Whole commands and whole runs on the simulated cluster, which take minutes. */
const integration = project({
  ...shared,
  displayName: 'integration',
  globalSetup: '<rootDir>/commands/compile.mjs',
  testMatch: [`${folders}/**/*.integration.test.ts`],
});

/** The requirements, on a cluster that is booted for them and removed again; the options are environment variables (`CONFORMANCE_*`). */
const specs = project({
  displayName: 'specs',
  runner: '<rootDir>/commands/jest/runner.mjs',
  testMatch: ['<rootDir>/specs/**/*.spec.ts'],
});

function project<P extends { readonly displayName: string; readonly testPathIgnorePatterns?: readonly string[] }>(config: P) {
  const elsewhere = paths.length > 0 ? [`^(?!.*(${paths.join('|')}))`] : [];
  return { ...config, testPathIgnorePatterns: ['/node_modules/', ...(config.testPathIgnorePatterns ?? []), ...elsewhere] };
}

/** Jest takes all that follows --selectProjects for names of projects; what is none of theirs is a path here, as everywhere else. */
function readSelection(argv: readonly string[]): { readonly selected: readonly string[]; readonly paths: readonly string[] } {
  const option = argv.findIndex((argument) => /^--selectProjects\b/.test(argument));
  if (option < 0) return { selected: [], paths: [] };
  const [first = '', ...following] = argv.slice(option);
  const end = following.findIndex((argument) => argument.startsWith('-'));
  const values = [...first.split('=').slice(1), ...following.slice(0, end < 0 ? following.length : end)];
  const isProject = (value: string) => ['unit', 'integration', 'specs'].includes(value);
  return { selected: values.filter(isProject), paths: values.filter((value) => !isProject(value)) };
}

const config: Config = {
  // By itself jest leaves a core free.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/commands/jest/sequencer.mjs',
  // A test that takes a second by itself takes many on a machine that has other work: its own waits have deadlines, which name what is missing.
  testTimeout: 60_000,
  // The half second that jest gives a worker by itself is not enough for one to end on such a machine: it is named as one that leaks then.
  workerGracefulExitTimeout: 10_000,
  ...(!hasModules && { workerIdleMemoryLimit: '1GB' }),
  // Of the helpers, whether or not a test loads them: what specs and commands do is shown by runs.
  collectCoverageFrom: ['helpers/**/*.ts', '!**/*.test.ts', '!**/*.d.ts', '!**/testing/**'],
  coverageProvider: 'babel',
  coverageReporters: ['text-summary', 'json-summary'],
  // `npx jest` runs the unit tests; the others take minutes and run only where --selectProjects names them.
  projects: [unit, ...[integration, specs].filter(({ displayName }) => selected.includes(displayName))],
};

export default config;
