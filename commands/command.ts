import { type Command, CommanderError } from 'commander';
import { SuiteError, UsageError } from '../helpers/errors.ts';
import { printError, printed } from '../helpers/print.ts';
import { INFRASTRUCTURE_EXIT_CODE, SUITE_EXIT_CODE, USAGE_EXIT_CODE } from '../helpers/report/verdict.ts';
import { asError, isClusterFailure } from '../helpers/run/ending.ts';
import { Interruption } from '../helpers/run/interruption.ts';

/** A command of the program: each file in this folder that is named in `program.ts` exports one. */
export interface CommandDefinition {
  /** Adds the command's options and arguments; its name and description are in `program.ts`. */
  readonly define: (command: Command) => Command;
  /**
   * @param command with the parsed options and arguments
   * @param interruption listens to no signal until the command has something to remove
   * @returns the exit code
   */
  readonly run: (command: Command, interruption: Interruption) => Promise<number>;
}

/**
 * What a process does.
 * @param argv the arguments without node and script
 * @param interruption listens to no signal until there is something to remove
 * @returns the exit code
 */
export type Main = (argv: readonly string[], interruption: Interruption) => Promise<number>;

/**
 * Runs a process to its end and exits: with the code that `main` returns, 2 after bad usage, 3 when the cluster failed, 4 when the suite
 * itself failed. A closed standard output, or one whose disk is full, ends nothing.
 */
export async function runToExit(main: Main): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const interruption = new Interruption();
  process.on('uncaughtException', (error) => {
    if (!interruption.crash(error)) void exit(report(error, interruption));
  });
  try {
    const code = await main(process.argv.slice(2), interruption);
    if (interruption.crashed) throw interruption.crashed;
    return await exit(code);
  } catch (error) {
    return exit(report(error, interruption));
  }
}

async function exit(code: number): Promise<never> {
  // There is nothing left to remove, so that a signal may end the wait for a reader that does not read on.
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.removeAllListeners(signal);
  await printed();
  process.exit(code);
}

/**
 * Prints why the program ends: one sentence, and the stack where the suite itself failed.
 * @returns the exit code
 */
function report(thrown: unknown, { exitCode }: Interruption): number {
  // Commander has printed its error, or the help.
  if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : USAGE_EXIT_CODE;
  const error = asError(thrown);
  const isExplained =
    exitCode !== undefined || error instanceof UsageError || isClusterFailure(error) || error instanceof SuiteError;
  printError(`${isExplained ? error.message : (error.stack ?? error.message)}\n`);
  // Reports that could not be written may have been those of a crash.
  if (error instanceof SuiteError && error.cause instanceof Error) printError(`${error.cause.stack}\n`);
  if (!isExplained) printError(`${crashAdvice}\n`);
  if (exitCode !== undefined) return exitCode;
  if (error instanceof UsageError) return USAGE_EXIT_CODE;
  return isClusterFailure(error) ? INFRASTRUCTURE_EXIT_CODE : SUITE_EXIT_CODE;
}

const crashAdvice =
  'The suite itself failed, which is no finding about the exporter. Run it again; if it fails again, report the lines above. ' +
  'npm run clean lists what may be left on a cluster.';
