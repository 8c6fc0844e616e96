import { join } from 'node:path';
import { InfrastructureError, UsageError } from '../../errors.ts';
import { newRunId } from '../../kube/run-label.ts';
import type { Report } from '../../report/model.ts';
import type { ProgressOutput } from '../../report/progress.ts';
import { conformanceRun } from '../../run/conformance-run.ts';
import type { FinishedRun } from '../../run/ending.ts';
import type { Interruption } from '../../run/interruption.ts';
import { declaredRequirements } from '../../suite/declared.ts';
import type { GateDifference } from '../difference.ts';
import type { GateOptions } from '../options.ts';
import type { ConformanceFacts } from '../report/model.ts';
import type { PreparedSide } from './sides.ts';

/**
 * Verifies every requirement with the candidate's image in a cluster of its own, with reports in `conformance/` below the gate's: the
 * requirements restart, overload and forbid, and a role, a Service or a taint of the old release would interfere.
 * @throws InfrastructureError when the run is refused: then it is not known whether the candidate conforms
 */
export async function verifyCandidate(
  options: GateOptions,
  { known }: PreparedSide,
  interruption: Interruption,
  output: ProgressOutput,
): Promise<FinishedRun<Report>> {
  const { manifestsTo, profile = 'core', to } = options;
  // The manifests and the image of the environment are not those of the candidate.
  const { manifests: _, profile: __, ...run } = options.run;
  const target = manifestsTo === undefined ? { target: known } : { manifests: manifestsTo, profile };
  const reports = join(run.reports, 'conformance');
  const declared = await declaredRequirements();
  const request = { id: newRunId(), options: { ...run, ...target, image: to, reports }, declared, interruption, output };
  return conformanceRun(request).catch((error: unknown) => {
    throw error instanceof UsageError ? new InfrastructureError(`${notVerified} ${error.message}`) : error;
  });
}

const notVerified = 'The requirements could not all be verified with the candidate:';

/** Why it is not known whether the candidate conforms; undefined when it is. */
export function unverifiedOf({ verdict, partial, reason = 'the report gives no reason.' }: Report): string | undefined {
  return verdict === 'infrastructure' || partial === 'unverified' ? `${notVerified} ${reason}` : undefined;
}

/** The part of it that the gate's own report repeats. */
export function conformanceFacts({ verdict, counts }: Report): ConformanceFacts {
  return { verdict, counts };
}

/** The requirements that could not be verified, a sentence each. */
export function skippedOf({ requirements }: Report): readonly string[] {
  return requirements
    .filter(({ status }) => status === 'skipped' || status === 'blocked')
    .map(({ id, reason }) => `The requirement ${id} was not verified: ${reason ?? 'the report gives no reason.'}`);
}

/** Each requirement that the candidate fails. */
export function gateConformance({ requirements }: Pick<Report, 'requirements'>): readonly GateDifference[] {
  return requirements
    .filter(({ status }) => status === 'failed')
    .map(({ id, sentence, level, expected, actual, observed }) => ({
      id: `conformance/${id}`,
      part: 'conformance',
      sentence: `The candidate fails ${id}: ${sentence}`,
      severity: level === 'must' ? 'reject' : 'note',
      advice: 'Read the report of the requirements, conformance/index.html beside this one.',
      brief: `The candidate fails ${id}: ${(actual ?? observed ?? sentence).split('\n')[0]}`,
      old: expected === undefined ? [] : [expected],
      new: [actual ?? observed ?? ''],
    }));
}
