import { newRunId } from '../helpers/kube/run-label.ts';
import { print, printError, printRendered } from '../helpers/print.ts';
import { renderTerminal, terminalStyle } from '../helpers/report/terminal.ts';
import { exitCodeOf } from '../helpers/report/verdict.ts';
import { withCluster } from '../helpers/run/choose-cluster.ts';
import { conformanceRun } from '../helpers/run/conformance-run.ts';
import { helpText, wantsHelp } from '../helpers/run/options/command-line.ts';
import { parseOptions } from '../helpers/run/options.ts';
import { withFailedOnly } from '../helpers/run/rerun.ts';
import { declaredRequirements } from '../helpers/suite/declared.ts';
import { runCommand } from './main.ts';

await runCommand(async (argv, interruption) => {
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
  interruption.listen((line) => printError(`\n${line}\n`));
  const { report, written, failure } = await conformanceRun({
    id: newRunId(),
    options: chosen,
    declared,
    interruption,
    output: process.stdout,
  });
  printRendered(renderTerminal(report, terminalStyle(process.stdout, process.env)));
  print(`${written.join('\n')}\n`);
  if (failure) throw failure;
  return interruption.exitCode ?? exitCodeOf(report);
});
