import { type ChildProcess, spawn } from 'node:child_process';
import { relative } from 'node:path';
import { createEmptyTestResult, type Test, type TestResult } from '@jest/test-result';
import { printError } from '../../helpers/print.ts';
import { nodeArguments } from '../../helpers/source.ts';
import type { SpecOrder, SpecResult } from './verify-specs.ts';

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** What of jest's configuration the runner reads. */
interface GlobalConfig {
  readonly rootDir: string;
  readonly testNamePattern?: string;
  readonly bail: number;
  readonly silent?: boolean;
}

interface Watcher {
  isInterrupted(): boolean;
  on(event: 'change', listener: (state: { readonly interrupted: boolean }) => void): unknown;
}

/**
 * Jest's runner for the spec files: one conformance run for all files that jest has selected, with the options of the environment, and
 * each requirement as a test. The bodies are executed by the executor of the run, as in every other run.
 */
export class SpecRunner {
  readonly supportsEventEmitters = false;
  readonly #config: GlobalConfig;

  constructor(config: GlobalConfig) {
    this.#config = config;
  }

  /**
   * @throws an Error without a stack when the run failed and no requirement did: the run has printed why
   */
  async runTests(
    tests: readonly Test[],
    watcher: Watcher,
    onStart: (test: Test) => Promise<void>,
    onResult: (test: Test, result: TestResult) => Promise<void>,
  ): Promise<void> {
    const start = Date.now();
    const fileOf = ({ path }: Test) => relative(this.#config.rootDir, path).replaceAll('\\', '/');
    for (const test of tests) await onStart(test);
    const { testNamePattern = '', bail } = this.#config;
    const { code, results } = await this.#run({ files: tests.map(fileOf), pattern: testNamePattern, bail: bail > 0 }, watcher);
    const resultsOf = (test: Test) => results.filter(({ file }) => file === fileOf(test));
    if (results.length > 0) for (const test of tests) await onResult(test, testResult(test, start, resultsOf(test)));
    if (code === 0 || watcher.isInterrupted() || results.some(({ status }) => status === 'failed')) return;
    throw withoutStack(`The run ended with exit code ${code}; the reason is above.`);
  }

  /** Verifies in a process of its own, which is sent the signals that jest receives, and waits until it has removed everything. */
  async #run(order: SpecOrder, watcher: Watcher): Promise<EndOfRun> {
    const child = spawn(process.execPath, [...nodeArguments('commands/jest/verify-specs'), JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    let results: readonly SpecResult[] | undefined;
    let received: NodeJS.Signals | undefined;
    child.on('message', (message) => {
      results = message as readonly SpecResult[];
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.#config.silent || printError(text));
    }
    const forward = (signal: NodeJS.Signals) => {
      received ??= signal;
      child.kill(signal);
    };
    watcher.on('change', ({ interrupted }) => interrupted && child.kill('SIGTERM'));
    for (const signal of signals) process.on(signal, forward);
    const code = await ended(child);
    for (const signal of signals) process.off(signal, forward);
    if (received !== undefined) process.kill(process.pid, received);
    return { code, results: results ?? [] };
  }
}

interface EndOfRun {
  readonly code: number | null;
  /** Empty where the run was refused. */
  readonly results: readonly SpecResult[];
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

function withoutStack(message: string): Error {
  const error = new Error(message);
  error.stack = message;
  return error;
}

function testResult(test: Test, start: number, results: readonly SpecResult[]): TestResult {
  const count = (status: SpecResult['status']) => results.filter((result) => result.status === status).length;
  const failures = results.filter(({ status }) => status === 'failed');
  const { displayName } = test.context.config;
  return {
    ...createEmptyTestResult(),
    ...(displayName && { displayName }),
    testFilePath: test.path,
    numFailingTests: count('failed'),
    numPassingTests: count('passed'),
    numPendingTests: count('pending'),
    skipped: count('pending') === results.length,
    perfStats: { ...createEmptyTestResult().perfStats, start, end: Date.now(), runtime: Date.now() - start },
    failureMessage: failures.length === 0 ? null : failures.map(failureText).join('\n'),
    testResults: results.map(({ title, status, durationMs, message }) => ({
      ancestorTitles: [],
      title,
      fullName: title,
      status,
      duration: durationMs,
      failureDetails: [],
      failureMessages: message === undefined ? [] : [message],
      numPassingAsserts: 0,
    })),
  };
}

/** A failure as jest shows one: the test's name behind a bullet, and its message indented. */
function failureText({ title, message = '' }: SpecResult): string {
  return `  ● ${title}\n\n${message.replace(/^/gm, '    ')}\n`;
}
