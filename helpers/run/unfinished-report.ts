import { knownTargets } from '../exporter/known.ts';
import { countsOf, REPORT_SCHEMA, type Report } from '../report/model.ts';
import { verdictOf } from '../report/verdict.ts';
import { didNotComplete, type Ending } from './ending.ts';
import type { ConformanceRun } from './work.ts';

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
    verdict: verdictOf(requirements, { infrastructure, partial: 'unverified' }),
    reason: infrastructure ?? reason,
    partial: 'unverified',
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
