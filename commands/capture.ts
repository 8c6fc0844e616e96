import { join } from 'node:path';
import { writeCapture } from '../helpers/capture/capture.ts';
import { captureHelp, parseCaptureArguments } from '../helpers/capture/command-line.ts';
import { recordCapture } from '../helpers/capture/record.ts';
import { newRunId } from '../helpers/kube/run-label.ts';
import { print, printError } from '../helpers/print.ts';
import { makeDirectory } from '../helpers/run/reports-directory.ts';
import { runCommand } from './main.ts';

await runCommand(async (argv, interruption) => {
  if (argv.includes('--help') || argv.includes('-h')) {
    print(captureHelp());
    return 0;
  }
  const given = parseCaptureArguments(argv, process.env);
  makeDirectory(given.into);
  const tell = (line: string) => printError(`${line}\n`);
  interruption.listen(tell);
  const capture = await recordCapture({ ...given, id: newRunId(), interruption, log: tell });
  const { kubernetes, exporter } = capture.origin;
  const directory = join(given.into, [kubernetes, exporter, ...(given.name === undefined ? [] : [given.name])].join('-'));
  writeCapture(directory, capture);
  print(`${directory}\n`);
  return interruption.exitCode ?? 0;
});
