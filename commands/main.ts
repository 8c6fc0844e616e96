import { CommanderError } from 'commander';
import { SuiteError, UsageError } from '../helpers/errors.ts';
import { printError } from '../helpers/print.ts';
import { INFRASTRUCTURE_EXIT_CODE, SUITE_EXIT_CODE, USAGE_EXIT_CODE } from '../helpers/report/verdict.ts';
import { asError, isClusterFailure } from '../helpers/run/ending.ts';
import { Interruption } from '../helpers/run/interruption.ts';

/**
 * What a command does.
 * @param argv the arguments alone, without node and script
 * @param interruption listens to nothing until the command has something to remove
 * @returns the exit code
 */
export type Main = (argv: readonly string[], interruption: Interruption) => Promise<number>;

/**
 * Runs a command to its end and exits: with the code that it returns, 2 after bad usage, 3 when the cluster failed, 4 when the suite
 * itself did. An output that nobody reads any more, or whose disk is full, ends nothing.
 */
export async function runCommand(main: Main): Promise<never> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const interruption = new Interruption();
  process.on('uncaughtException', (error) => {
    if (!interruption.crash(error)) process.exit(report(error, interruption));
  });
  try {
    const code = await main(process.argv.slice(2), interruption);
    if (interruption.crashed) throw interruption.crashed;
    process.exit(code);
  } catch (error) {
    process.exit(report(error, interruption));
  }
}

/** Writes down why the command ended, as one sentence where it is not the suite's own fault. */
function report(thrown: unknown, { exitCode }: Interruption): number {
  // Commander has written its own words, or the help.
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
  'npm run clean shows what may be left on a cluster.';
