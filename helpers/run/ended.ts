import { SuiteError, UsageError } from '../errors.ts';
import type { ReportState } from '../report/model.ts';
import { asError } from './ending.ts';

/** A run that has ended, however it did. */
export interface Ended<R> {
  readonly report: R;
  /** The paths of the report's files. */
  readonly written: readonly string[];
  /** Why the suite itself failed: a crash of the run, or reports that could not be written; then they say that it did not complete. */
  readonly failure?: Error;
}

/**
 * Replaces the reports of the run before.
 * @param write writes those of a run that has just begun
 * @throws UsageError when they cannot be written
 */
export async function writeFirst(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new UsageError(`The reports cannot be written: ${asError(error).message}. Name another directory with --reports.`);
  }
}

/**
 * Replaces the reports that a run has begun with by its last ones.
 * @param thrown what ended the run before its time
 * @throws UsageError when that is one
 */
export async function writeLast<R extends { readonly state: ReportState }>(
  report: R,
  thrown: unknown,
  write: (report: R) => Promise<readonly string[]>,
): Promise<Ended<R>> {
  const crash = report.state === 'crashed' ? asError(thrown) : undefined;
  let written: readonly string[];
  try {
    written = await write(report);
  } catch (error) {
    const words = `The reports cannot be written: ${asError(error).message}. What is there says that the run did not complete.`;
    return { report, written: [], failure: new SuiteError(words, { cause: crash }) };
  }
  if (thrown instanceof UsageError) throw thrown;
  return { report, written, ...(crash && { failure: crash }) };
}
