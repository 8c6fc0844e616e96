import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { renderComparisons } from '../helpers/gate/report/comparisons.ts';
import type { GateReport } from '../helpers/gate/report/model.ts';
import { withSection } from '../helpers/report/marked-section.ts';
import type { Report } from '../helpers/report/model.ts';
import { renderOverview, renderRuns } from '../helpers/report/overview.ts';
import { print, printError } from '../helpers/report/print.ts';

const program = new Command('npm run overview --')
  .configureOutput({ writeOut: print, writeErr: printError })
  .description('Puts every report.json below a directory on one page, or every gate.json.')
  .argument('<directory>', 'where the reports are')
  .option('--gates', 'the comparisons of the gate instead of the runs')
  .option('--into <page>', 'write the table into this page instead of printing everything')
  .option('--section <name>', 'the section of that page: runs, or gates with --gates')
  .parse();

const [directory = ''] = program.args;
const {
  into,
  gates = false,
  section = gates ? 'gates' : 'runs',
} = program.opts<{
  into?: string;
  gates?: boolean;
  section?: string;
}>();

async function reportsCalled<T>(name: string): Promise<readonly T[]> {
  const files = (await readdir(directory, { recursive: true })).filter((file) => basename(file) === name).sort();
  return Promise.all(files.map(async (file) => JSON.parse(await readFile(join(directory, file), 'utf8')) as T));
}

async function content(): Promise<string> {
  if (gates) return renderComparisons(await reportsCalled<GateReport>('gate.json'));
  const reports = await reportsCalled<Report>('report.json');
  return into === undefined ? renderOverview(reports) : renderRuns(reports);
}

const written = await content();
if (into === undefined) print(written);
else await writeFile(into, withSection(await readFile(into, 'utf8'), { name: section, command: 'overview' }, written));
