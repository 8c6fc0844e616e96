import { Command, InvalidArgumentError } from 'commander';
import { commaSeparated, parseOrRefuse, shellWords, wholeNumber } from '../command-line.ts';
import { UsageError } from '../errors.ts';
import { formatVersion, parseVersion } from '../version.ts';

/** The options of `account`. */
export interface AccountArguments {
  /** The path of one file, or of two: before and after the scrape. */
  readonly objects: readonly string[];
  /** The path of the scrape, or of one for each shard in their order. */
  readonly metrics: readonly string[];
  readonly exporter?: string;
  readonly kubernetes?: string;
  readonly args?: readonly string[];
  /** The path of what the exporter mounts for `--custom-resource-state-config-file`. */
  readonly customResourceStateConfigFile?: string;
  /** The path of what the exporter mounts for `--config`. */
  readonly config?: string;
  /** The names of the resources that `objects` holds, if it does not hold all of them. */
  readonly resourcesSaved?: readonly string[];
  /** How much each file may hold, once it is unpacked. */
  readonly maxBytes: number;
  readonly json: boolean;
  /** The maximum number of lines about differences. */
  readonly limit: number;
}

type Defaults = Pick<AccountArguments, 'maxBytes' | 'json' | 'limit'>;

const positive = { min: 1, max: Number.MAX_SAFE_INTEGER };

/** Adds the options of `account` to a command. */
export function addAccountOptions(command: Command): Command {
  return command
    .usage('--objects FILE --metrics FILE [options]')
    .option(
      '--objects <file>',
      'the output of kubectl get -o json or -o yaml, or one object a line, optionally gzipped; set twice: before and after the scrape',
      (path: string, paths: readonly string[] | undefined) => [...(paths ?? []), path],
    )
    .option(
      '--metrics <file>',
      "the exporter's /metrics, optionally gzipped; set for each shard, from shard 0 on",
      (path: string, paths: readonly string[] | undefined) => [...(paths ?? []), path],
    )
    .option('--exporter <release>', 'such as v2.6.0 (default: that of the only pod that runs a kube-state-metrics)', release)
    .option('--kubernetes <release>', 'such as v1.34.1 (default: that of the newest kubelet)', release)
    .option('--args <words>', "the exporter's own arguments (default: those of that pod)", shellWords)
    .option(
      '--custom-resource-state-config-file <file>',
      'what the exporter mounts for its option of this name (default: what a ConfigMap in --objects has there)',
    )
    .option(
      '--config <file>',
      'what the exporter mounts for its option of this name (default: what a ConfigMap in --objects has there)',
    )
    .option(
      '--resources-saved <names>',
      'the resources in --objects, comma-separated; samples of others are counted as not judged (default: all)',
      commaSeparated,
    )
    .option('--limit <lines>', 'how many lines about differences to show', wholeNumber('lines', positive), 20)
    .option('--max-bytes <bytes>', 'how much each file may hold, once it is unpacked', wholeNumber('bytes', positive), 1024 ** 3)
    .option('--json', 'write everything as JSON', false)
    .addHelpText(
      'after',
      '\nExit codes: 0 all is accounted for; 1 something is missing, unexplained, unequal or repeated; 2 bad usage, and nothing to account for; 4 the suite itself failed.',
    );
}

/**
 * The options of a command that `addAccountOptions` was applied to, once commander has parsed them.
 * @throws UsageError for a missing file, and more than two files of objects
 */
export function accountArguments(command: Command): AccountArguments {
  const { objects = [], metrics = [], ...options } = command.opts<Partial<AccountArguments> & Required<Defaults>>();
  // Commander reports a missing mandatory option before a misspelt one.
  if (objects.length === 0) throw new UsageError('--objects is missing: expected a file with the output of kubectl get -o json.');
  if (objects.length > 2)
    throw new UsageError(`--objects is set ${objects.length} times: expected one file, or two for before and after the scrape.`);
  if (metrics.length === 0) throw new UsageError('--metrics is missing: expected a file with a saved scrape.');
  return { objects, metrics, ...options };
}

/** @throws UsageError for an unknown option, a missing one, or an invalid value */
export function parseAccountArguments(argv: readonly string[]): AccountArguments {
  return accountArguments(parseOrRefuse(addAccountOptions(new Command()), argv));
}

/** The argument parser of a release: `2.6` becomes `v2.6.0`. */
export function release(text: string): string {
  try {
    return formatVersion(parseVersion(text));
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
