import { Command, InvalidArgumentError } from 'commander';
import { parseOrRefuse, shellWords } from '../command-line.ts';
import { addRunOptions, requirementOptions } from '../run/option-definitions.ts';
import { type Options, optionsOf } from '../run/options.ts';

/** The options of `capture`. */
export interface CaptureArguments {
  /** Where to boot, and what to install: options of a conformance run. */
  readonly options: Options;
  /** The exporter's own arguments, in addition to those of the manifests. */
  readonly args: readonly string[];
  /** The directory in which each capture gets a directory of its own. */
  readonly into: string;
  /** The end of the capture's name, where the versions alone do not distinguish it. */
  readonly name?: string;
}

/** Adds the options of `capture` to a command. */
export function addCaptureOptions(command: Command): Command {
  return addRunOptions(
    command
      .option('--args <words>', "further arguments of the exporter; {fixtures} stands for the fixtures' namespace", shellWords)
      .option('--into <directory>', "where captures are written; fixtures/captures adds to this repository's", 'reports/captures')
      .option('--name <name>', "the end of the capture's name", directoryName),
    { except: requirementOptions },
  );
}

/** The options of a command that `addCaptureOptions` was applied to, once commander has parsed them. */
export function captureArguments(command: Command): CaptureArguments {
  const { args = [], into, name } = command.opts<Partial<CaptureArguments> & Pick<CaptureArguments, 'into'>>();
  return { options: optionsOf(command), args, into, ...(name !== undefined && { name }) };
}

/** @throws UsageError for an unknown option, or an invalid value */
export function parseCaptureArguments(argv: readonly string[]): CaptureArguments {
  return captureArguments(parseOrRefuse(addCaptureOptions(new Command()), argv));
}

function directoryName(text: string): string {
  if (/^[a-z0-9-]+$/.test(text)) return text;
  throw new InvalidArgumentError('Expected lower-case letters, digits and hyphens: it becomes part of a directory name.');
}
