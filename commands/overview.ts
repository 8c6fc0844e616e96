import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Report } from '../helpers/report/model.ts';
import { renderOverview } from '../helpers/report/overview.ts';

const [directory, ...more] = process.argv.slice(2);
if (directory === undefined || more.length > 0 || directory.startsWith('-')) {
  process.stderr.write('Wanted one directory: npm run overview -- DIRECTORY puts all its report.json on one page.\n');
  process.exit(2);
}
const files = (await readdir(directory, { recursive: true })).filter((file) => basename(file) === 'report.json');
const reports = await Promise.all(files.map(async (file) => JSON.parse(await readFile(join(directory, file), 'utf8')) as Report));
process.stdout.write(renderOverview(reports));
