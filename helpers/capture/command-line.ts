import { Command, CommanderError } from 'commander';
import { UsageError } from '../errors.ts';
import { type Options, parseOptions } from '../run/options.ts';
import { words } from '../shell-words.ts';

/** The options of `npm run capture`. */
export interface CaptureArguments {
  /** The options of `npm run e2e`, for the cluster and the target. */
  readonly options: Options;
  /** The exporter's arguments in addition to those in the manifests. */
  readonly args: readonly string[];
  /** The directory of the captures; each has its own directory in it. */
  readonly into: string;
  /** The suffix of the capture's name, if there are several of the same versions. */
  readonly name?: string;
}

/**
 * @param argv the arguments without node and script
 * @throws a UsageError for an option that neither this command nor `npm run e2e` has
 */
export function parseCaptureArguments(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CaptureArguments {
  const program = command();
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(error.message.replace(/^error: /, ''), { cause: error });
    throw error;
  }
  const { args, into, name } = program.opts<{ args?: string; into: string; name?: string }>();
  if (name !== undefined && !/^[a-z0-9-]+$/.test(name)) {
    throw new UsageError(`--name is "${name}": expected lower-case letters, digits and hyphens, as in the name of a directory.`);
  }
  return { options: parseOptions(program.args, environment), args: words(args ?? ''), into, ...(name !== undefined && { name }) };
}

/** The output of `--help`. */
export function captureHelp(): string {
  return `${command().helpInformation()}\nThe options of npm run e2e for the cluster and the target also apply: see npm run e2e -- --help.\n`;
}

function command(): Command {
  return new Command('npm run capture --')
    .usage('[options] [options of npm run e2e]')
    .description('Records a scrape of an exporter with the objects of its samples.')
    .option('--args <words>', "further arguments of the exporter; {fixtures} is replaced by the fixtures' namespace")
    .option(
      '--into <directory>',
      'where captures are written; fixtures/captures is the directory of this repository',
      'reports/captures',
    )
    .option('--name <name>', "the suffix of the capture's name")
    .helpOption('-h, --help', 'show this')
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
}
