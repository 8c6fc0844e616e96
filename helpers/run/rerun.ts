import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Report } from '../report/model.ts';
import type { Options } from './options.ts';

/**
 * The options with, for `--rerun-failed`, what failed in the last report as the selection.
 * @throws UsageError when there is no report, or nothing failed in it
 */
export function withFailedOnly(options: Options): Options {
  if (!options.rerunFailed) return options;
  const file = join(options.reports, 'report.json');
  if (!existsSync(file)) throw new UsageError(`--rerun-failed needs the report of an earlier run; there is none at ${file}.`);
  const { requirements, state } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const failed = requirements.filter(({ status }) => status === 'failed').map(({ id }) => id);
  if (failed.length === 0 && state !== 'complete')
    throw new UsageError(`The run of ${file} did not complete, and nothing failed in it until then; run without --rerun-failed.`);
  if (failed.length === 0) throw new UsageError(`Nothing failed in ${file}; run without --rerun-failed.`);
  return { ...options, only: failed };
}
