import { withCluster } from '../helpers/cluster/choose.ts';
import { helpText, wantsHelp } from '../helpers/config/command-line.ts';
import { parseOptions } from '../helpers/config.ts';
import { UsageError } from '../helpers/errors.ts';
import { print, printError, printRendered } from '../helpers/report/print.ts';
import { renderTerminal, terminalStyle } from '../helpers/report/terminal.ts';
import { exitCodeOf, USAGE_EXIT_CODE } from '../helpers/report/verdict.ts';
import { writeReports } from '../helpers/report/write.ts';
import { declaredRequirements } from '../helpers/requirement/declared.ts';
import { conformanceRun } from '../helpers/run/conformance-run.ts';
import { Interruption } from '../helpers/run/interruption.ts';
import { newRunId } from '../helpers/run/label.ts';
import { withFailedOnly } from '../helpers/run/rerun.ts';

async function main(argv: readonly string[]): Promise<number> {
  if (wantsHelp(argv)) {
    print(helpText(process.stdout.columns ?? 100));
    return 0;
  }
  const declared = await declaredRequirements();
  const ids = declared.map(({ id }) => id);
  const options = withFailedOnly(parseOptions(argv, process.env, ids));
  if (options.list) {
    print(declared.map(({ id, sentence }) => `${id}\n    ${sentence}\n`).join(''));
    return 0;
  }
  const chosen = await withCluster(options, printError);
  const interruption = new Interruption();
  interruption.listen((line) => printError(`\n${line}\n`));
  const report = await conformanceRun({ id: newRunId(), options: chosen, declared, interruption, output: process.stdout });
  const written = await writeReports(report, options.reports);
  printRendered(renderTerminal(report, terminalStyle(process.stdout, process.env)));
  print(`${written.join('\n')}\n`);
  return interruption.exitCode ?? exitCodeOf(report.verdict, { partial: report.partial, results: report.requirements });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof UsageError) {
      printError(`${error.message}\n`);
      process.exit(USAGE_EXIT_CODE);
    }
    throw error;
  },
);
