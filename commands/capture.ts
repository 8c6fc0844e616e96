import { join } from 'node:path';
import { writeCapture } from '../helpers/capture/capture.ts';
import { addCaptureOptions, captureArguments } from '../helpers/capture/command-line.ts';
import { recordCaptures } from '../helpers/capture/record.ts';
import { newRunId } from '../helpers/kube/run-label.ts';
import { print, printError } from '../helpers/print.ts';
import { makeDirectory } from '../helpers/run/reports-directory.ts';
import type { CommandDefinition } from './command.ts';

export const capture: CommandDefinition = {
  define: addCaptureOptions,
  run: async (command, interruption) => {
    const given = captureArguments(command);
    makeDirectory(given.into);
    const log = (line: string) => printError(`${line}\n`);
    interruption.listen(log);
    for (const { part, capture } of await recordCaptures({ ...given, id: newRunId(), interruption, log })) {
      const { kubernetes, exporter } = capture.origin;
      const name = [kubernetes, exporter, given.name, part].filter((each) => each !== undefined).join('-');
      const directory = join(given.into, name);
      await writeCapture(directory, capture);
      print(`${directory}\n`);
    }
    return interruption.exitCode ?? 0;
  },
};
