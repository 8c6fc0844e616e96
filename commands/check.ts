import { closeSync } from 'node:fs';
import { Option } from 'commander';
import { wholeNumber } from '../helpers/command-line.ts';
import { UsageError } from '../helpers/errors.ts';
import { type CheckedExposition, checkExposition } from '../helpers/exposition/check.ts';
import { type Format, formatByContent } from '../helpers/exposition/model.ts';
import { print } from '../helpers/print.ts';
import { printableJson } from '../helpers/printable.ts';
import { openSavedFile } from '../helpers/saved-file.ts';
import type { CommandDefinition } from './command.ts';

const MOST_SHOWN = 50;
/** With --json. */
const MOST_LISTED = 10_000;
const formatNames = { text: 'text format 0.0.4', openmetrics: 'OpenMetrics 1.0' } as const;

interface Options {
  readonly format?: Format;
  readonly json?: boolean;
  readonly maxBytes: number;
}

interface Checked extends CheckedExposition {
  readonly durationMs: number;
}

async function checkFile(path: string, { format, maxBytes }: Options): Promise<Checked> {
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

function counts(number: number, singular: string, plural = `${singular}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? singular : plural}`;
}

export const check: CommandDefinition = {
  define: (command) =>
    command
      .argument('<file>', 'the exposition, optionally gzipped; - for the standard input')
      .addOption(
        new Option(
          '--format <format>',
          'its format (default: OpenMetrics if "# EOF" is near its end, else the text format)',
        ).choices(Object.keys(formatNames)),
      )
      .option(
        '--max-bytes <bytes>',
        'how much is read from a pipe, or unpacked from a gzipped file',
        wholeNumber('bytes', { min: 1, max: Number.MAX_SAFE_INTEGER }),
        2 * 1024 ** 3,
      )
      .option('--json', 'write {format, bytes, families, samples, violations, durationMs}')
      .addHelpText('after', '\nExit codes: 0 no violation, 1 at least one violation, 2 bad usage, or it cannot be read.'),
  run: async (command) => {
    const [path = ''] = command.args;
    const options = command.opts<Options>();
    const checked = await checkFile(path, options).catch((cause: Error) => {
      if (cause instanceof UsageError) throw cause;
      throw new UsageError(`${path} cannot be read: ${cause.message}.`, { cause });
    });
    print(options.json ? asJson(checked) : asText(path, checked));
    return checked.violationCount === 0 ? 0 : 1;
  },
};
