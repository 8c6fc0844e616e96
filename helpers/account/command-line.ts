import { Command, CommanderError } from 'commander';
import { UsageError } from '../errors.ts';
import { words } from '../shell-words.ts';
import { formatVersion, parseVersion } from '../version.ts';

/** The options of `npm run account`. */
export interface AccountArguments {
  /** The path of one file, or of two: before and after the scrape. */
  readonly objects: readonly string[];
  readonly metrics: string;
  readonly exporter?: string;
  readonly kubernetes?: string;
  readonly args?: readonly string[];
  /** How much each file may hold, once it is unpacked. */
  readonly maxBytes: number;
  readonly json: boolean;
  /** The maximum number of lines about differences. */
  readonly limit: number;
}

const DEFAULT_LIMIT = 20;
const DEFAULT_MAX_BYTES = 1024 ** 3;

/**
 * Parses the command line.
 * @param argv the arguments without node and script
 * @throws a UsageError for an unknown option, a missing one, or an invalid value
 */
export function parseAccountArguments(argv: readonly string[]): AccountArguments {
  const options = parse(argv);
  const [first, ...more] = options.objects ?? [];
  if (first === undefined) throw new UsageError('--objects is missing: expected a file with the output of kubectl get -o json.');
  if (more.length > 1)
    throw new UsageError(`--objects is set ${more.length + 1} times: expected one file, or two for before and after the scrape.`);
  if (options.metrics === undefined) throw new UsageError('--metrics is missing: expected a file with a saved scrape.');
  return {
    objects: [first, ...more],
    metrics: options.metrics,
    ...(options.exporter !== undefined && { exporter: release('--exporter', options.exporter) }),
    ...(options.kubernetes !== undefined && { kubernetes: release('--kubernetes', options.kubernetes) }),
    ...(options.args !== undefined && { args: words(options.args) }),
    maxBytes: positive('--max-bytes', options.maxBytes, 'bytes') ?? DEFAULT_MAX_BYTES,
    json: options.json ?? false,
    limit: positive('--limit', options.limit, 'lines') ?? DEFAULT_LIMIT,
  };
}

/** The output of `--help`. */
export function accountHelp(): string {
  return `${command().helpInformation()}\nExit codes: 0 all is accounted for, 1 something is missing, unexplained, unequal or repeated, 2 bad usage, and nothing to account for, 4 the suite itself failed.\n`;
}

interface Options {
  readonly objects?: readonly string[];
  readonly metrics?: string;
  readonly exporter?: string;
  readonly kubernetes?: string;
  readonly args?: string;
  readonly json?: boolean;
  readonly limit?: string;
  readonly maxBytes?: string;
}

function command(): Command {
  return new Command('npm run account --')
    .usage('--objects FILE --metrics FILE [options]')
    .description('Compares a saved scrape of the exporter with saved objects.')
    .option(
      '--objects <file>',
      'the output of kubectl get -o json, or one object a line, optionally gzipped; set twice: before and after the scrape',
      repeated,
    )
    .option('--metrics <file>', "the exporter's /metrics, gzipped or not")
    .option('--exporter <release>', 'such as v2.6.0; otherwise that of the only pod that runs kube-state-metrics')
    .option('--kubernetes <release>', 'such as v1.34.1; otherwise that of the newest kubelet')
    .option('--args <words>', "the exporter's own arguments; otherwise those of that pod")
    .option('--limit <lines>', `how many lines about differences to show (default: ${DEFAULT_LIMIT})`)
    .option('--max-bytes <bytes>', `how much each file may hold, once it is unpacked (default: ${DEFAULT_MAX_BYTES}, 1 GiB)`)
    .option('--json', 'write everything as JSON')
    .helpOption('-h, --help', 'show this')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
}

function parse(argv: readonly string[]): Options {
  try {
    return command()
      .parse([...argv], { from: 'user' })
      .opts<Options>();
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(error.message.replace(/^error: /, ''), { cause: error });
    throw error;
  }
}

function repeated(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

function release(flag: string, text: string): string {
  try {
    return formatVersion(parseVersion(text));
  } catch (error) {
    throw new UsageError(`${flag}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function positive(flag: string, text: string | undefined, unit: string): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new UsageError(`${flag} is "${text}": expected a number of ${unit}.`);
  return Number(text);
}
