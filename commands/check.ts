import { closeSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../helpers/errors.ts';
import { type CheckedExposition, checkExposition } from '../helpers/exposition/check.ts';
import { formatByContent } from '../helpers/exposition/format.ts';
import type { Format } from '../helpers/exposition/model.ts';
import { print, printError } from '../helpers/print.ts';
import { printableJson } from '../helpers/printable.ts';
import { openSavedFile } from '../helpers/saved-file.ts';
import { runCommand } from './main.ts';

const MOST_SHOWN = 50;
/** With --json. */
const MOST_LISTED = 10_000;
const FAULTLESS = 0;
const VIOLATED = 1;
const formatNames = { text: 'text format 0.0.4', openmetrics: 'OpenMetrics 1.0' } as const;

interface Options {
  readonly format?: Format;
  readonly json?: boolean;
  readonly maxBytes: number;
}

interface Checked extends CheckedExposition {
  readonly durationMs: number;
}

async function check(path: string, { format, maxBytes }: Options): Promise<Checked> {
  const file = await openSavedFile(path, { maxBytes });
  try {
    const started = performance.now();
    const checked = checkExposition(file, { format: format ?? formatByContent(file), most: MOST_LISTED });
    return { ...checked, durationMs: Math.round(performance.now() - started) };
  } finally {
    closeSync(file);
  }
}

function asJson({ format, bytes, families, samples, violations, violationCount, durationMs }: Checked): string {
  const more = violationCount - violations.length;
  const json = JSON.stringify({ format, bytes, families, samples, violations, ...(more > 0 && { more }), durationMs });
  return `${printableJson(json)}\n`;
}

function asText(path: string, { format, bytes, families, samples, violations, violationCount, durationMs }: Checked): string {
  const shown = violations.slice(0, MOST_SHOWN).map((it) => `${path}:${it.line}:${it.column}: ${it.message} (${it.rule})\n`);
  const more = violationCount - shown.length;
  if (more > 0) shown.push(`and ${more.toLocaleString('en')} more\n`);
  const counted = [counts(violationCount, 'violation'), counts(families, 'family', 'families'), counts(samples, 'sample')];
  const throughput = `${counts(bytes, 'byte')} in ${durationMs.toLocaleString('en')} ms`;
  return `${shown.join('')}${path}: ${formatNames[format]}, ${counted.join(', ')}, ${throughput}\n`;
}

function counts(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}

function bytesOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('wanted a number of bytes.');
}

const program = new Command('npm run check --')
  .configureOutput({ writeOut: print, writeErr: printError })
  .description('Says whether an exposition, of any exporter, is what its format allows, and where it is not.')
  .argument('<file>', 'the exposition, gzipped or not; - for the standard input')
  .addOption(
    new Option(
      '--format <format>',
      'its format; without this OpenMetrics if "# EOF" is near its end, else the text format',
    ).choices(Object.keys(formatNames)),
  )
  .option('--max-bytes <bytes>', 'how much is read of what is piped, or unpacked of what is gzipped', bytesOf, 2 * 1024 ** 3)
  .option('--json', 'write {format, bytes, families, samples, violations, durationMs}')
  .addHelpText('after', '\nExits with 0 if nothing is wrong, 1 if something is, 2 if it cannot be read.')
  .exitOverride()
  .action(async (path: string, options: Options) => {
    const checked = await check(path, options).catch((cause: Error) => {
      if (cause instanceof UsageError) throw cause;
      throw new UsageError(`${path} cannot be read: ${cause.message}.`, { cause });
    });
    print(options.json ? asJson(checked) : asText(path, checked));
    process.exitCode = checked.violationCount === 0 ? FAULTLESS : VIOLATED;
  });

await runCommand(async (argv) => {
  await program.parseAsync(argv, { from: 'user' });
  return Number(process.exitCode ?? FAULTLESS);
});
