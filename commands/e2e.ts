import { newRunId } from '../helpers/kube/run-label.ts';
import { print, printError, printRendered } from '../helpers/print.ts';
import { renderTerminal, terminalStyle } from '../helpers/report/terminal.ts';
import { exitCodeOf } from '../helpers/report/verdict.ts';
import { withCluster } from '../helpers/run/choose-cluster.ts';
import { conformanceRun } from '../helpers/run/conformance-run.ts';
import { addRunOptions } from '../helpers/run/option-definitions.ts';
import { optionsOf } from '../helpers/run/options.ts';
import { withFailedOnly } from '../helpers/run/rerun.ts';
import { declaredRequirements } from '../helpers/suite/declared.ts';
import type { CommandDefinition } from './command.ts';

export const e2e: CommandDefinition = {
  define: (command) =>
    addRunOptions(command).addHelpText(
      'after',
      '\nExit codes: 0 conformant, 1 nonconformant, 2 bad usage, 3 the cluster failed, 4 the suite failed.',
    ),
  run: async (command, interruption) => {
    const declared = await declaredRequirements();
    const ids = declared.map(({ id }) => id);
    const options = withFailedOnly(optionsOf(command, ids));
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
  },
};
