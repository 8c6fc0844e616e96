import { addPreviewOptions, previewOptions } from '../helpers/gate/preview/options.ts';
import { preview as previewOf } from '../helpers/gate/preview/preview.ts';
import { renderGateTerminal } from '../helpers/gate/report/terminal.ts';
import { writeGateReports } from '../helpers/gate/report/write.ts';
import { gateExitCode } from '../helpers/gate/verdict.ts';
import { print, printRendered } from '../helpers/print.ts';
import { redactStrings } from '../helpers/redaction/text.ts';
import { terminalStyle } from '../helpers/report/terminal.ts';
import type { CommandDefinition } from './command.ts';

export const preview: CommandDefinition = {
  define: addPreviewOptions,
  run: async (command, interruption) => {
    const options = previewOptions(command);
    const report = await previewOf(options, interruption.signal);
    const written = await writeGateReports(report, options.reports);
    if (options.json) print(`${JSON.stringify(redactStrings(report), undefined, 2)}\n`);
    else {
      printRendered(renderGateTerminal(report, terminalStyle(process.stdout, process.env)));
      print(`${written.join('\n')}\n`);
    }
    return gateExitCode(report);
  },
};
