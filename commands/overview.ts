import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../helpers/errors.ts';
import { renderComparisons } from '../helpers/gate/report/comparisons.ts';
import type { GateReport } from '../helpers/gate/report/model.ts';
import { withSection } from '../helpers/report/marked-section.ts';
import type { Report } from '../helpers/report/model.ts';
import { renderOverview, renderRuns } from '../helpers/report/overview.ts';
import { runCommand } from './main.ts';

const program = new Command('npm run overview --')
  .description('Puts every report.json below a directory on one page, or every gate.json.')
  .argument('<directory>', 'where the reports are')
  .option('--gates', 'the comparisons of the gate instead of the runs')
  .option('--into <page>', 'write the table into this page instead of printing everything')
  .option('--section <name>', 'the section of that page: runs, or gates with --gates')
  .exitOverride();

interface OverviewOptions {
  readonly into?: string;
  readonly gates?: boolean;
  readonly section?: string;
}

await runCommand(async (argv) => {
  program.parse(argv, { from: 'user' });
  const { into, gates = false, section = gates ? 'gates' : 'runs' } = program.opts<OverviewOptions>();
  const written = await content(program.args[0] ?? '', gates, into !== undefined);
  if (into === undefined) process.stdout.write(written);
  else await writeFile(into, withSection(await readFile(into, 'utf8'), { name: section, command: 'overview' }, written));
  return 0;
});

async function content(directory: string, gates: boolean, isForPage: boolean): Promise<string> {
  if (gates) return renderComparisons(await reportsCalled<GateReport>(directory, 'gate.json'));
  const reports = await reportsCalled<Report>(directory, 'report.json');
  return isForPage ? renderRuns(reports) : renderOverview(reports);
}

async function reportsCalled<T>(directory: string, name: string): Promise<readonly T[]> {
  try {
    const files = (await readdir(directory, { recursive: true })).filter((file) => basename(file) === name).sort();
    return await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(directory, file), 'utf8')) as T));
  } catch (error) {
    throw new UsageError(`The reports below ${directory} cannot be read: ${(error as Error).message}.`);
  }
}
