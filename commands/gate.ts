import { InfrastructureError, UsageError } from '../helpers/errors.ts';
import { gateRun } from '../helpers/gate/live/gate-run.ts';
import { gateHelp, parseGateOptions } from '../helpers/gate/options.ts';
import { renderGateTerminal } from '../helpers/gate/report/terminal.ts';
import { writeGateReports } from '../helpers/gate/report/write.ts';
import { gateExitCode } from '../helpers/gate/verdict.ts';
import { ApiError } from '../helpers/kube/api-error.ts';
import { print, printError, printRendered } from '../helpers/report/print.ts';
import { terminalStyle } from '../helpers/report/terminal.ts';
import { RequirementFailure } from '../helpers/requirement/failure.ts';
import { Interruption } from '../helpers/run/interruption.ts';
import { newRunId } from '../helpers/run/label.ts';

const USAGE = 2;
const INFRASTRUCTURE = 3;

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    print(gateHelp());
    return 0;
  }
  const options = parseGateOptions(argv, process.env);
  const interruption = new Interruption();
  interruption.listen((line) => printError(`\n${line}\n`));
  const report = await gateRun({ id: newRunId(), options, interruption, output: process.stdout }).catch((error: unknown) => {
    if (interruption.exitCode === undefined) throw error;
    return undefined;
  });
  if (report === undefined) return interruption.exitCode ?? INFRASTRUCTURE;
  const written = await writeGateReports(report, options.run.reports);
  printRendered(renderGateTerminal(report, terminalStyle(process.stdout, process.env)));
  print(`${written.join('\n')}\n`);
  return interruption.exitCode ?? gateExitCode(report.verdict);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    // Whatever else is thrown is a fault of the suite, to be seen as one; a reject has an exit code of its own.
    const isTold = [UsageError, InfrastructureError, ApiError, RequirementFailure].some((kind) => error instanceof kind);
    printError(`${isTold ? (error as Error).message : (error as Error).stack}\n`);
    process.exit(error instanceof UsageError ? USAGE : INFRASTRUCTURE);
  },
);
