import { gateRun } from '../helpers/gate/live/gate-run.ts';
import { gateHelp, parseGateOptions } from '../helpers/gate/options.ts';
import { renderGateTerminal } from '../helpers/gate/report/terminal.ts';
import { gateExitCode } from '../helpers/gate/verdict.ts';
import { newRunId } from '../helpers/kube/run-label.ts';
import { print, printError, printRendered } from '../helpers/print.ts';
import { terminalStyle } from '../helpers/report/terminal.ts';
import { runCommand } from './main.ts';

await runCommand(async (argv, interruption) => {
  if (argv.includes('--help') || argv.includes('-h')) {
    print(gateHelp());
    return 0;
  }
  const options = parseGateOptions(argv, process.env);
  interruption.listen((line) => printError(`\n${line}\n`));
  const { report, written, failure } = await gateRun({ id: newRunId(), options, interruption, output: process.stdout });
  printRendered(renderGateTerminal(report, terminalStyle(process.stdout, process.env)));
  print(`${written.join('\n')}\n`);
  if (failure) throw failure;
  return interruption.exitCode ?? gateExitCode(report);
});
