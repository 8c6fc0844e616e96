import { join } from 'node:path';
import { knownTargets } from '../exporter/known.ts';
import { type Settled, settle } from '../report/merge.ts';
import { countsOf, type Partiality, type Phase, REPORT_SCHEMA, type Report, type RequirementResult } from '../report/model.ts';
import { verdictOf } from '../report/verdict.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { knownIssues } from '../suite/known-issues.ts';
import { type Outcome, type RawResult, readResults } from '../suite/result-file.ts';
import { formatVersion } from '../version.ts';
import { fileToLookAt } from './diagnostics/paths.ts';
import { didNotComplete, type Ending } from './ending.ts';
import type { ClusterOfRun } from './plan.ts';
import type { ConformanceRun } from './run-context.ts';
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
  return settle(
    readResults(directory).map(rawResult),
    declared.map(({ id, area, sentence, level, source, needs }) => ({ id, area, sentence, level, source, needs })),
    knownIssues,
    {
      exporter: formatVersion(under.target.version),
      kubernetes: cluster.kubernetes || undefined,
      notApplicable: cluster.plan.notApplicable,
      skipped: cluster.plan.skipped,
    },
  );
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
  const partial = state === 'complete' ? settled.partial : 'came-about';
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
  if (partial === 'asked') return 'Only a part was asked for.';
  if (partial === undefined) return undefined;
  const selected = new Set(cluster.plan.selected.map(({ id }) => id));
  const unverified = requirements.filter(({ id, status }) => status === 'skipped' && selected.has(id)).map(({ id }) => id);
  const names = unverified.slice(0, 3).join(', ');
  const more = unverified.length > 3 ? ` and ${unverified.length - 3} more` : '';
  return `Not everything was verified that was to be: ${names}${more}.`;
}

/** A failure that does not say where to look gets the file of the diagnostics that its area is about. */
function withLookAt(result: RequirementResult, { under, diagnostics }: RunOutcome): RequirementResult {
  if (result.status !== 'failed' || result.see !== undefined || diagnostics === undefined) return result;
  return { ...result, see: join(diagnostics, fileToLookAt(result.area, under.target)) };
}

/**
 * The report of a run of which no result is known: it has just been started, or it ended before anything was installed, or its results
 * cannot be read.
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
    verdict: verdictOf(requirements, { infrastructure, partial: 'came-about' }),
    reason: infrastructure ?? reason,
    partial: 'came-about',
    evidence: kind === 'simulated' ? 'simulated' : 'live',
    cluster: { kind, image: '', kubernetes: '', nodes: 0 },
    exporter: { image, version: '' },
    target: audit ?? manifests ?? target,
    profile: profile ?? (manifests === undefined ? knownTargets[target].profile : 'agent'),
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    phases: [],
    counts: countsOf(requirements),
    requirements,
    leftovers,
  };
}
