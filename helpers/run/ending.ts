import { InfrastructureError, SuiteError, UsageError } from '../errors.ts';
import { RequirementFailure } from '../failure.ts';
import { ApiError } from '../kube/api-error.ts';
import type { ReportState } from '../report/model.ts';
import type { Interruption } from './interruption.ts';

/** What a report says of a run that did not come to its end, or has not yet. */
export const didNotComplete = 'The run did not complete.';

/** How a run ended. */
export interface Ending {
  readonly state: ReportState;
  /** Why the run is not complete, as one sentence. */
  readonly reason?: string;
  /** What broke that is not the exporter, as one sentence. */
  readonly infrastructure?: string;
}

/** How a run ended that threw this, or that threw nothing. */
export function endingOf(thrown: unknown, interruption: Interruption): Ending {
  const cause = thrown ?? interruption.crashed;
  if (cause === undefined) return { state: 'complete' };
  const { message } = asError(cause);
  if (interruption.exitCode !== undefined) return { state: 'interrupted', reason: message };
  if (cause instanceof UsageError) return { state: 'started', reason: `${didNotComplete} ${message}` };
  if (isOfTheCluster(cause)) return { state: 'complete', infrastructure: message };
  return { state: 'crashed', reason: `The suite itself failed: ${message}` };
}

/** Whether it is the cluster that failed: outside of a requirement, a wait without its observation is the cluster's fault as well. */
export function isOfTheCluster(error: unknown): boolean {
  return error instanceof InfrastructureError || error instanceof ApiError || error instanceof RequirementFailure;
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

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
