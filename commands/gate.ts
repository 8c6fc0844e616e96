import { gateRun } from '../helpers/gate/live/gate-run.ts';
import { gateHelp, parseGateOptions } from '../helpers/gate/options.ts';
import { renderGateTerminal } from '../helpers/gate/report/terminal.ts';
import { gateExitCode } from '../helpers/gate/verdict.ts';
import { terminalStyle } from '../helpers/report/terminal.ts';
import { newRunId } from '../helpers/run/label.ts';
import { runCommand } from './main.ts';

await runCommand(async (argv, interruption) => {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(gateHelp());
    return 0;
  }
  const options = parseGateOptions(argv, process.env);
  interruption.listen((line) => process.stderr.write(`\n${line}\n`));
  const { report, written, failure } = await gateRun({ id: newRunId(), options, interruption, output: process.stdout });
  process.stdout.write(renderGateTerminal(report, terminalStyle(process.stdout, process.env)));
  process.stdout.write(`${written.join('\n')}\n`);
  if (failure) throw failure;
  return interruption.exitCode ?? gateExitCode(report);
});
