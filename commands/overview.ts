import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from '../helpers/errors.ts';
import { renderComparisons } from '../helpers/gate/report/comparisons.ts';
import { GATE_SCHEMA, type GateReport } from '../helpers/gate/report/model.ts';
import { print } from '../helpers/print.ts';
import { withSection } from '../helpers/report/markdown.ts';
import { REPORT_SCHEMA, type Report } from '../helpers/report/model.ts';
import { renderOverview, renderRuns } from '../helpers/report/overview.ts';
import type { CommandDefinition } from './command.ts';

interface OverviewOptions {
  readonly gates?: boolean;
  readonly into?: string;
  readonly section?: string;
}

export const overview: CommandDefinition = {
  define: (command) =>
    command
      .argument('<directory>', 'where the reports are')
      .option('--gates', 'the comparisons of the gate instead of the runs')
      .option('--into <page>', 'write the table into this page instead of printing everything')
      .option('--section <name>', 'the section of that page: runs, or gates with --gates'),
  run: async (command) => {
    await writeOverview(command.args[0] ?? '', command.opts<OverviewOptions>());
    return 0;
  },
};

async function writeOverview(directory: string, options: OverviewOptions): Promise<void> {
  const { into, gates = false, section = gates ? 'gates' : 'runs' } = options;
  const table = await (gates ? comparisons(directory) : runs(directory, into !== undefined));
  if (into === undefined) return print(table);
  const page = await readable(into, () => readFile(into, 'utf8'));
  await writeFile(into, withSection(page, { name: section, command: 'overview' }, table));
}

async function comparisons(directory: string): Promise<string> {
  return renderComparisons(await reportsNamed<GateReport>('gate.json', GATE_SCHEMA, directory));
}

async function runs(directory: string, isShort: boolean): Promise<string> {
  const reports = await reportsNamed<Report>('report.json', REPORT_SCHEMA, directory);
  return isShort ? renderRuns(reports) : renderOverview(reports);
}

async function reportsNamed<T extends { readonly schema: string }>(
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
  throw new UsageError(
    `${file} is not a report that this release can read: expected the schema ${schema}, found ${report?.schema}.`,
  );
}

/** @throws UsageError that names the file when it cannot be read */
async function readable<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
