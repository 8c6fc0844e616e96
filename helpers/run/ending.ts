import { InfrastructureError, UsageError } from '../errors.ts';
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
