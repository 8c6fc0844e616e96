import { InfrastructureError, SuiteError, UsageError } from '../errors.ts';
import { RequirementFailure } from '../failure.ts';
import { ApiError } from '../kube/api-error.ts';
import type { ReportState } from '../report/model.ts';
import type { Interruption } from './interruption.ts';

/** The reason in the report of a run that has not completed. */
export const didNotComplete = 'The run did not complete.';

/** How a run ended. */
export interface Ending {
  readonly state: ReportState;
  /** Why the run is not complete, as one sentence. */
  readonly reason?: string;
  /** How the cluster failed, as one sentence. */
  readonly infrastructure?: string;
}

/**
 * How a run ended.
 * @param thrown what the run threw; undefined for nothing
 */
export function endingOf(thrown: unknown, interruption: Interruption): Ending {
  const cause = thrown ?? interruption.crashed;
  if (cause === undefined) return { state: 'complete' };
  const { message } = asError(cause);
  if (interruption.exitCode !== undefined) return { state: 'interrupted', reason: message };
  if (cause instanceof UsageError) return { state: 'started', reason: `${didNotComplete} ${message}` };
  if (isClusterFailure(cause)) return { state: 'complete', infrastructure: message };
  return { state: 'crashed', reason: `The suite itself failed: ${message}` };
}

/** Whether the cluster failed: outside of a requirement, a wait that times out is the cluster's failure as well. */
export function isClusterFailure(error: unknown): boolean {
  return error instanceof InfrastructureError || error instanceof ApiError || error instanceof RequirementFailure;
}

export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** A run that has ended, in whatever way. */
export interface FinishedRun<R> {
  readonly report: R;
  /** The paths of the report's files. */
  readonly written: readonly string[];
  /** Why the suite itself failed: a crash, or reports that could not be written, which then are those of a run that did not complete. */
  readonly failure?: Error;
}

/**
 * Replaces the reports of the previous run.
 * @param write writes the reports of a run that has just started
 * @throws UsageError when they cannot be written
 */
export async function writeInitialReport(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    throw new UsageError(`The reports cannot be written: ${asError(error).message}. Name another directory with --reports.`);
  }
}

/**
 * Replaces the initial reports of a run by its final ones.
 * @param thrown the error that ended the run early
 * @throws UsageError when `thrown` is one
 */
export async function writeFinalReport<R extends { readonly state: ReportState }>(
  report: R,
  thrown: unknown,
  write: (report: R) => Promise<readonly string[]>,
): Promise<FinishedRun<R>> {
  const crash = report.state === 'crashed' ? asError(thrown) : undefined;
  let written: readonly string[];
  try {
    written = await write(report);
  } catch (error) {
    const reason = `The reports cannot be written: ${asError(error).message}. The files that are there are those of a run that did not complete.`;
    return { report, written: [], failure: new SuiteError(reason, { cause: crash }) };
  }
  if (thrown instanceof UsageError) throw thrown;
  return { report, written, ...(crash && { failure: crash }) };
}
