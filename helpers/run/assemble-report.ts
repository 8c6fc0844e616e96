import { join } from 'node:path';
import { type Settled, settle } from '../report/merge.ts';
import { countsOf, type Partiality, type Phase, REPORT_SCHEMA, type Report, type RequirementResult } from '../report/model.ts';
import { verdictOf } from '../report/verdict.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { knownIssues } from '../suite/known-issues.ts';
import { type Outcome, type RawResult, readResults } from '../suite/result-file.ts';
import { formatVersion } from '../version.ts';
import { fileToLookAt } from './diagnostics/look-at.ts';
import type { Ending } from './ending.ts';
import type { ClusterOfRun } from './plan-of-run.ts';
import type { TargetOfRun } from './target-of-run.ts';

/** What came to be known about a run, whether or not it came to its end. */
export interface RunOutcome {
  readonly declared: readonly DeclaredRequirement[];
  readonly under: TargetOfRun;
  readonly directory: string;
  readonly cluster: ClusterOfRun;
  readonly phases: readonly Phase[];
  readonly leftovers: readonly string[];
  readonly ending: Ending;
  readonly startedAt: Date;
  /** Where the diagnostics are, as the user would name it; undefined when none were collected. */
  readonly diagnostics: string | undefined;
}

/** Tells the results so far: failures from known issues, and what failed only because something else did. */
export function settleSoFar({
  declared,
  under,
  directory,
  cluster,
}: Omit<RunOutcome, 'phases' | 'leftovers' | 'ending' | 'startedAt' | 'diagnostics'>): Settled {
  return settle(readResults(directory).map(rawResult), declared, knownIssues, {
    exporter: formatVersion(under.target.version),
    kubernetes: cluster.kubernetes || undefined,
    notApplicable: cluster.plan.notApplicable,
    skipped: cluster.plan.skipped,
  });
}

/** What the cluster kept from being judged is not a failure of the exporter. */
function rawResult({ infrastructure, isKnownIssue: _, ...result }: Outcome): RawResult {
  if (infrastructure === undefined) return result;
  return { id: result.id, status: 'skipped', durationMs: result.durationMs, reason: `The cluster failed: ${infrastructure}` };
}

/** The one model of the run, which every reporter renders. */
export function assembleReport(outcome: RunOutcome): Report {
  const { under, directory, phases, leftovers, startedAt, ending } = outcome;
  const { plan: _, ...cluster } = outcome.cluster;
  const { state } = ending;
  const infrastructure =
    ending.infrastructure ?? readResults(directory).find((one) => one.infrastructure !== undefined)?.infrastructure;
  const settled = settleSoFar(outcome);
  const partial = state === 'complete' ? settled.partial : 'unverified';
  const requirements = settled.requirements.map((result) => withLookAt(result, outcome));
  const reason = infrastructure ?? ending.reason ?? reasonOf(partial, requirements, outcome);
  return {
    schema: REPORT_SCHEMA,
    state,
    verdict: verdictOf(requirements, { infrastructure, partial }),
    ...(reason === undefined ? {} : { reason }),
    ...(partial === undefined ? {} : { partial }),
    evidence: cluster.kind === 'simulated' ? 'simulated' : 'live',
    cluster,
    exporter: { image: under.target.image, version: formatVersion(under.target.version) },
    target: under.target.name,
    profile: under.profile.name,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    phases,
    counts: countsOf(requirements),
    requirements,
    leftovers,
  };
}

/** Why a run that came to its end is partial: what was to be verified and was not, by name. */
function reasonOf(
  partial: Partiality | undefined,
  requirements: readonly RequirementResult[],
  { cluster }: RunOutcome,
): string | undefined {
  if (partial === 'selected') return 'Only a part was selected.';
  if (partial === undefined) return undefined;
  const selected = new Set(cluster.plan.selected.map(({ id }) => id));
  const unverified = requirements
    .filter(({ id, status }) => (status === 'skipped' || status === 'blocked') && selected.has(id))
    .map(({ id }) => id);
  const names = unverified.slice(0, 3).join(', ');
  const more = unverified.length > 3 ? ` and ${unverified.length - 3} more` : '';
  return `Not every selected requirement was verified: ${names}${more}.`;
}

/** A failure that does not say where to look gets the file of the diagnostics that its area is about. */
function withLookAt(result: RequirementResult, { under, diagnostics }: RunOutcome): RequirementResult {
  if (result.status !== 'failed' || result.see !== undefined || diagnostics === undefined) return result;
  return { ...result, see: join(diagnostics, fileToLookAt(result.area, under.target)) };
}
