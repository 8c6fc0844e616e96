import { gateRun } from '../helpers/gate/live/gate-run.ts';
import { addGateOptions, gateOptions } from '../helpers/gate/options.ts';
import { renderGateTerminal } from '../helpers/gate/report/terminal.ts';
import { gateExitCode } from '../helpers/gate/verdict.ts';
import { newRunId } from '../helpers/kube/run-label.ts';
import { print, printError, printRendered } from '../helpers/print.ts';
import { terminalStyle } from '../helpers/report/terminal.ts';
import type { CommandDefinition } from './command.ts';

export const gate: CommandDefinition = {
  define: addGateOptions,
  run: async (command, interruption) => {
    const options = gateOptions(command);
    interruption.listen((line) => printError(`\n${line}\n`));
    const { report, written, failure } = await gateRun({ id: newRunId(), options, interruption, output: process.stdout });
    printRendered(renderGateTerminal(report, terminalStyle(process.stdout, process.env)));
    print(`${written.join('\n')}\n`);
    if (failure) throw failure;
    return interruption.exitCode ?? gateExitCode(report);
  },
};
