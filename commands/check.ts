import { closeSync } from 'node:fs';
import { Command, Option } from 'commander';
import { UsageError } from '../helpers/errors.ts';
import { type CheckedExposition, checkExposition } from '../helpers/exposition/check.ts';
import { formatByContent } from '../helpers/exposition/format.ts';
import type { Format } from '../helpers/exposition/model.ts';
import { openExposition } from '../helpers/exposition/open.ts';
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
}

interface Checked extends CheckedExposition {
  readonly durationMs: number;
}

async function check(path: string, format: Format | undefined): Promise<Checked> {
  const file = await openExposition(path);
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
  return `${JSON.stringify({ format, bytes, families, samples, violations, ...(more > 0 && { more }), durationMs })}\n`;
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

const program = new Command('npm run check --')
  .description('Says whether an exposition, of any exporter, is what its format allows, and where it is not.')
  .argument('<file>', 'the exposition; - for the standard input')
  .addOption(
    new Option(
      '--format <format>',
      'its format; without this OpenMetrics if "# EOF" is near its end, else the text format',
    ).choices(Object.keys(formatNames)),
  )
  .option('--json', 'write {format, bytes, families, samples, violations, durationMs}')
  .addHelpText('after', '\nExits with 0 if nothing is wrong, 1 if something is, 2 if it cannot be read.')
  .exitOverride()
  .action(async (path: string, { format, json }: Options) => {
    const checked = await check(path, format).catch((cause: Error) => {
      throw new UsageError(`The exposition ${path} cannot be read: ${cause.message}.`);
    });
    process.stdout.write(json ? asJson(checked) : asText(path, checked));
    process.exitCode = checked.violationCount === 0 ? FAULTLESS : VIOLATED;
  });

await runCommand(async (argv) => {
  await program.parseAsync(argv, { from: 'user' });
  return Number(process.exitCode ?? FAULTLESS);
});
