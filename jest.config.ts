/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

/** In the package this file and all others are compiled: nothing is left to transform. Esbuild's loader leaves `import.meta` empty. */
const isCompiled = import.meta.url?.endsWith('.js') ?? false;
const extension = isCompiled ? 'js' : 'ts';

const transform: Config['transform'] = isCompiled
  ? {}
  : {
      '^.+\\.ts$': [
        '@swc/jest',
        { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' }, sourceMaps: 'inline' },
      ],
    };

const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  transform,
  testEnvironment: 'node',
  // An installed package is below node_modules, which jest ignores by default.
  testPathIgnorePatterns: isCompiled ? [] : ['/node_modules/', '<rootDir>/dist/'],
  modulePathIgnorePatterns: isCompiled ? [] : ['<rootDir>/dist/'],
  haste: { retainAllFiles: isCompiled },
} satisfies Config;

const unit = {
  ...shared,
  displayName: 'unit',
  testMatch: ['<rootDir>/{helpers,commands,fixtures,manifests,simulator,specs}/**/*.test.ts'],
};

/** They need the cluster of `npm run e2e`, so that jest runs them only where they are selected. */
const specs = {
  ...shared,
  displayName: 'specs',
  testMatch: [`<rootDir>/specs/**/*.spec.${extension}`],
  setupFiles: [`<rootDir>/helpers/run/await-run.${extension}`],
};

const selectsSpecs = /--selectProjects[= ](\S+ )*?specs\b/.test(process.argv.join(' '));

const config: Config = {
  // Of the helpers, whether or not a test loads them: what specs and commands do is shown by runs.
  collectCoverageFrom: ['helpers/**/*.ts', '!**/*.test.ts', '!**/*.d.ts', '!**/testing/**'],
  coverageProvider: 'babel',
  coverageReporters: ['text-summary', 'json-summary'],
  projects: selectsSpecs ? [unit, specs] : [unit],
};

export default config;
