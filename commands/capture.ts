import { join } from 'node:path';
import { writeCapture } from '../helpers/capture/capture.ts';
import { captureHelp, parseCaptureArguments } from '../helpers/capture/command-line.ts';
import { recordCapture } from '../helpers/capture/record.ts';
import { InfrastructureError, UsageError } from '../helpers/errors.ts';
import { print, printError } from '../helpers/report/print.ts';
import { Interruption } from '../helpers/run/interruption.ts';
import { newRunId } from '../helpers/run/label.ts';

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    print(captureHelp());
    return 0;
  }
  const given = parseCaptureArguments(argv, process.env);
  const tell = (line: string) => printError(`${line}\n`);
  const interruption = new Interruption();
  interruption.listen(tell);
  const capture = await recordCapture({ ...given, id: newRunId(), interruption, tell });
  const { kubernetes, exporter } = capture.origin;
  const directory = join(given.into, [kubernetes, exporter, ...(given.name === undefined ? [] : [given.name])].join('-'));
  writeCapture(directory, capture);
  print(`${directory}\n`);
  return interruption.exitCode ?? 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (!(error instanceof UsageError || error instanceof InfrastructureError)) throw error;
    printError(`${error.message}\n`);
    process.exit(error instanceof UsageError ? 2 : 3);
  },
);
