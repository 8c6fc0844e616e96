import { join } from 'node:path';
import { knownIssues } from '../accounting/known-issue-table.ts';
import { nameOf } from '../exporter/find.ts';
import { knownTargets } from '../exporter/known.ts';
import { deriveWorkloads, type Target } from '../exporter/target.ts';
import { type Settled, settle } from '../report/merge.ts';
import { countsOf, type Partiality, type Phase, REPORT_SCHEMA, type Report, type RequirementResult } from '../report/model.ts';
import { unpromisedFeatures } from '../report/not-promised.ts';
import { verdictOf } from '../report/verdict.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { type Outcome, type RawResult, readResults } from '../suite/result-file.ts';
import { formatVersion } from '../version.ts';
import { fileToOpen } from './diagnostics/paths.ts';
import { didNotComplete, type Ending } from './ending.ts';
import type { ClusterOfRun } from './plan.ts';
import type { ConformanceRun } from './run-context.ts';
import type { TargetOfRun } from './target-of-run.ts';

/** What is known of a run that has ended, complete or not. */
export interface RunOutcome {
  readonly declared: readonly DeclaredRequirement[];
  readonly subject: TargetOfRun;
  readonly directory: string;
  readonly cluster: ClusterOfRun;
  readonly phases: readonly Phase[];
  readonly leftovers: readonly string[];
  readonly ending: Ending;
  readonly startedAt: Date;
  /** The directory of the diagnostics, relative to the working directory; undefined where none were collected. */
  readonly diagnostics: string | undefined;
}

/** The results that are written so far, with known issues, consequences and the plan applied. */
export function settleSoFar({
  declared,
  subject,
  directory,
  cluster,
}: Omit<RunOutcome, 'phases' | 'leftovers' | 'ending' | 'startedAt' | 'diagnostics'>): Settled {
  const promised = readResults(directory).filter(({ id }) => !cluster.plan.notPromised.has(id));
  return settle(promised.map(rawResult), declared, knownIssues, {
    exporter: formatVersion(subject.target.version),
    kubernetes: cluster.kubernetes || undefined,
    customResources: !cluster.plan.notApplicable.has('exposition/custom-resources'),
    notApplicable: cluster.plan.notApplicable,
    skipped: cluster.plan.skipped,
  });
}

/** Where the cluster failed, the requirement is skipped: that is not a failure of the exporter. */
function rawResult({ infrastructure, isKnownIssue: _, waits: __, workload: ___, ...result }: Outcome): RawResult {
  if (infrastructure === undefined) return result;
  const { id, startedAt, durationMs } = result;
  const measured = { ...(startedAt !== undefined && { startedAt }), durationMs };
  return { id, status: 'skipped', ...measured, reason: `The cluster failed: ${infrastructure}` };
}

/** The report of a run, which every writer renders. */
export function assembleReport(outcome: RunOutcome): Report {
  const { subject, directory, phases, leftovers, startedAt, ending } = outcome;
  const { plan, ...cluster } = outcome.cluster;
  const { state } = ending;
  const results = readResults(directory);
  const { notPromised } = plan;
  const infrastructure =
    ending.infrastructure ??
    results.find(({ id, infrastructure: failure }) => failure !== undefined && !notPromised.has(id))?.infrastructure;
  const settled = settleSoFar(outcome);
  const partial = state === 'complete' ? settled.partial : 'unverified';
  const targetOf = targetsThatFailed(subject, results);
  const requirements = settled.requirements.map((result) => withFileToOpen(result, targetOf(result.id), outcome.diagnostics));
  const reason = infrastructure ?? ending.reason ?? reasonOf(partial, requirements, outcome);
  return {
    schema: REPORT_SCHEMA,
    state,
    verdict: verdictOf(requirements, { infrastructure, partial, isPart: plan.skipped.size > 0 }),
    ...(reason === undefined ? {} : { reason }),
    ...(partial === undefined ? {} : { partial }),
    evidence: cluster.kind === 'simulated' ? 'simulated' : 'live',
    cluster,
    exporter: { image: subject.target.image, version: formatVersion(subject.target.version) },
    target: subject.target.name,
    profile: subject.profile.name,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    phases,
    counts: countsOf(requirements),
    requirements,
    ...(notPromised.size > 0 && { notPromised: unpromisedFeatures(outcome.declared, notPromised, results) }),
    leftovers,
  };
}

/** Why a complete run is partial: the selected requirements that were not verified. */
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
  return `Selected requirements were not verified: ${names}${more}.`;
}

/** What each requirement failed for: of several workloads the first that failed, otherwise the whole. */
function targetsThatFailed({ target }: TargetOfRun, results: readonly Outcome[]): (id: string) => Target {
  const names = new Map(results.map(({ id, workload }) => [id, workload]));
  const workloads = [...names.values()].some((name) => name !== undefined)
    ? deriveWorkloads(target.objects, { name: target.name })
    : [];
  return (id) => workloads.find(({ workload }) => nameOf(workload) === names.get(id)) ?? target;
}

/** A failure without a file to open gets the file of the diagnostics that its area is about. */
function withFileToOpen(result: RequirementResult, target: Target, diagnostics: string | undefined): RequirementResult {
  if (result.status !== 'failed' || result.see !== undefined || diagnostics === undefined) return result;
  return { ...result, see: join(diagnostics, fileToOpen(result.area, target)) };
}

/**
 * The report of a run without results: it has just started, or ended before the installation, or its results cannot be read.
 * @param leftovers what the run created and could not remove
 */
export function unfinishedReport(
  { options, declared, startedAt }: Pick<ConformanceRun, 'options' | 'declared'> & { readonly startedAt: Date },
  { state, infrastructure, reason = didNotComplete }: Ending,
  leftovers: readonly string[] = [],
): Report {
  const { cluster: kind = 'k3s', audit, manifests, target, profile, image = '' } = options;
  const requirements = declared.map(({ id, area, sentence, level, source }) => {
    return { id, area, sentence, level, source, status: 'skipped', reason: 'did not run', durationMs: 0 } as const;
  });
  return {
    schema: REPORT_SCHEMA,
    state,
    verdict: verdictOf(requirements, { infrastructure, partial: 'unverified' }),
    reason: infrastructure ?? reason,
    partial: 'unverified',
    evidence: kind === 'simulated' ? 'simulated' : 'live',
    cluster: { kind, image: '', kubernetes: '', nodes: 0 },
    exporter: { image, version: '' },
    target: audit ?? manifests ?? target,
    profile: profile ?? (manifests === undefined && audit === undefined ? knownTargets[target].profile : 'core'),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    phases: [],
    counts: countsOf(requirements),
    requirements,
    leftovers,
  };
}
