import { join } from 'node:path';
import { writeCapture } from '../helpers/capture/capture.ts';
import { addCaptureOptions, captureArguments } from '../helpers/capture/command-line.ts';
import { recordCapture } from '../helpers/capture/record.ts';
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
    const recorded = await recordCapture({ ...given, id: newRunId(), interruption, log });
    const { kubernetes, exporter } = recorded.origin;
    const directory = join(given.into, [kubernetes, exporter, ...(given.name === undefined ? [] : [given.name])].join('-'));
    writeCapture(directory, recorded);
    print(`${directory}\n`);
    return interruption.exitCode ?? 0;
  },
};
