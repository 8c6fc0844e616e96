import { Command, CommanderError } from 'commander';
import { UsageError } from '../errors.ts';
import { type Options, parseOptions } from '../run/options.ts';
import { words } from '../shell-words.ts';

/** What `npm run capture` was asked to do. */
export interface CaptureArguments {
  /** Where to boot, and what to install: the options of `npm run e2e`. */
  readonly options: Options;
  /** The exporter's own arguments, beside those of the manifests. */
  readonly args: readonly string[];
  /** The directory in which each capture gets one of its own. */
  readonly into: string;
  /** The end of the capture's name, where the versions alone do not tell it from another. */
  readonly name?: string;
}

/**
 * @param argv the arguments alone, without node and script
 * @throws a UsageError for what is unknown, here or to `npm run e2e`
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
    throw new UsageError(`--name is "${name}": wanted small letters, digits and hyphens, for a directory is called so.`);
  }
  return { options: parseOptions(program.args, environment), args: words(args ?? ''), into, ...(name !== undefined && { name }) };
}

/** The text of `--help`. */
export function captureHelp(): string {
  return `${command().helpInformation()}\nEvery option of npm run e2e that says where and what: see npm run e2e -- --help.\n`;
}

function command(): Command {
  return new Command('npm run capture --')
    .usage('[options] [options of npm run e2e]')
    .description('Records a scrape of an exporter with the objects that it tells of.')
    .option('--args <words>', "further arguments of the exporter; {fixtures} stands for the fixtures' namespace")
    .option(
      '--into <directory>',
      'where captures are written; fixtures/captures adds to those of this repository',
      'reports/captures',
    )
    .option('--name <name>', "the end of the capture's name")
    .helpOption('-h, --help', 'show this')
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
}
