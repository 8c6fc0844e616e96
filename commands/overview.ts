import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../helpers/errors.ts';
import { renderComparisons } from '../helpers/gate/report/comparisons.ts';
import { GATE_SCHEMA, type GateReport } from '../helpers/gate/report/model.ts';
import { print, printError } from '../helpers/print.ts';
import { withSection } from '../helpers/report/markdown.ts';
import { REPORT_SCHEMA, type Report } from '../helpers/report/model.ts';
import { renderOverview, renderRuns } from '../helpers/report/overview.ts';
import { runCommand } from './main.ts';

interface OverviewOptions {
  readonly gates?: boolean;
  readonly into?: string;
  readonly section?: string;
}

const program = new Command('npm run overview --')
  .configureOutput({ writeOut: print, writeErr: printError })
  .description('Puts every report.json below a directory on one page, or every gate.json.')
  .argument('<directory>', 'where the reports are')
  .option('--gates', 'the comparisons of the gate instead of the runs')
  .option('--into <page>', 'write the table into this page instead of printing everything')
  .option('--section <name>', 'the section of that page: runs, or gates with --gates')
  .exitOverride();

async function overview(directory: string, options: OverviewOptions): Promise<void> {
  const { into, gates = false, section = gates ? 'gates' : 'runs' } = options;
  const table = await (gates ? comparisons(directory) : runs(directory, into !== undefined));
  if (into === undefined) return print(table);
  const page = await readable(into, () => readFile(into, 'utf8'));
  await writeFile(into, withSection(page, { name: section, command: 'overview' }, table));
}

async function comparisons(directory: string): Promise<string> {
  return renderComparisons(await reportsCalled<GateReport>('gate.json', GATE_SCHEMA, directory));
}

async function runs(directory: string, inShort: boolean): Promise<string> {
  const reports = await reportsCalled<Report>('report.json', REPORT_SCHEMA, directory);
  return inShort ? renderRuns(reports) : renderOverview(reports);
}

async function reportsCalled<T extends { readonly schema: string }>(
  name: string,
  schema: T['schema'],
  directory: string,
): Promise<readonly T[]> {
  const files = await readable(directory, () => readdir(directory, { recursive: true }));
  const reports = files.filter((file) => basename(file) === name).sort();
  if (reports.length === 0) throw new UsageError(`There is no ${name} in ${directory} or below.`);
  return Promise.all(reports.map((file) => reportIn<T>(join(directory, file), schema)));
}

async function reportIn<T extends { readonly schema: string }>(file: string, schema: T['schema']): Promise<T> {
  const report = await readable(file, async () => JSON.parse(await readFile(file, 'utf8')) as T | null);
  if (report?.schema === schema) return report;
  throw new UsageError(`${file} is no report that this release reads: wanted one of schema ${schema}, seen ${report?.schema}.`);
}

/** @throws UsageError that names the file when it cannot be read */
async function readable<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}

await runCommand(async (argv) => {
  program.parse(argv, { from: 'user' });
  await overview(program.args[0] ?? '', program.opts<OverviewOptions>());
  return 0;
});
