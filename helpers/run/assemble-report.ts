import { deviations } from '../report/deviations.ts';
import { settle } from '../report/merge.ts';
import { countsOf, type Phase, REPORT_SCHEMA, type Report } from '../report/model.ts';
import { verdictOf } from '../report/verdict.ts';
import type { DeclaredRequirement } from '../requirement/declared.ts';
import { readResults } from '../requirement/result-file.ts';
import { formatVersion } from '../version.ts';
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
  /** What broke that is not the exporter. */
  readonly infrastructure: string | undefined;
  readonly startedAt: Date;
}

/** The one model of the run, which every reporter renders. */
export function assembleReport(outcome: RunOutcome): Report {
  const { declared, under, directory, phases, leftovers, startedAt } = outcome;
  const { plan, ...cluster } = outcome.cluster;
  const outcomes = readResults(directory);
  const infrastructure = outcome.infrastructure ?? outcomes.find((one) => one.infrastructure !== undefined)?.infrastructure;
  const settled = settle(
    outcomes.map(({ infrastructure: _, ...result }) => result),
    declared.map(({ id, area, sentence, level, source, needs }) => ({ id, area, sentence, level, source, needs })),
    deviations,
    {
      exporter: formatVersion(under.target.version),
      kubernetes: cluster.kubernetes || undefined,
      notApplicable: plan.notApplicable,
      leftOut: plan.leftOut,
    },
  );
  const { requirements, partial } = settled;
  const reason = infrastructure ?? (partial === 'asked' ? 'Only a part was asked for.' : undefined);
  return {
    schema: REPORT_SCHEMA,
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
