import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { withSection } from '../helpers/report/marked-section.ts';
import type { Report } from '../helpers/report/model.ts';
import { renderOverview, renderRuns } from '../helpers/report/overview.ts';

const program = new Command('npm run overview --')
  .description('Puts every report.json below a directory on one page.')
  .argument('<directory>', 'where the reports are')
  .option('--into <page>', 'write the table of the runs into this page instead of printing everything')
  .option('--section <name>', 'the section of that page', 'runs')
  .parse();

const [directory = ''] = program.args;
const { into, section } = program.opts<{ into?: string; section: string }>();
const files = (await readdir(directory, { recursive: true })).filter((file) => basename(file) === 'report.json').sort();
const reports = await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(directory, file), 'utf8')) as Report));
if (into === undefined) process.stdout.write(renderOverview(reports));
else
  await writeFile(into, withSection(await readFile(into, 'utf8'), { name: section, command: 'overview' }, renderRuns(reports)));
