import type { Report } from '../../report/model.ts';
import type { Ending, FinishedRun } from '../../run/ending.ts';
import type { Phases } from '../../run/run-context.ts';
import { formatVersion } from '../../version.ts';
import { gateCost, ratioOf } from '../cost.ts';
import type { GateOptions } from '../options.ts';
import { type Extent, GATE_SCHEMA, type GateReport, gateCounts } from '../report/model.ts';
import { gateVerdict } from '../verdict.ts';
import { applyWaivers, type Waiver } from '../waivers.ts';
import { type Compared, notCompared } from './compare-sides.ts';
import { conformanceFacts, gateConformance, skippedOf, unverifiedOf } from './conformance.ts';
import type { MutableClusterFacts } from './on-cluster.ts';
import type { Sides } from './readings.ts';
import type { PreparedSide } from './sides.ts';

/** What is known of a comparison, whether or not it completed. */
export interface GateOutcome {
  readonly options: GateOptions;
  readonly waivers: readonly Waiver[];
  readonly startedAt: Date;
  readonly phases: Phases;
  readonly cluster: MutableClusterFacts;
  readonly prepared?: Sides<PreparedSide>;
  readonly compared?: Compared;
  /** Why the requirements are not verified with the candidate, as the end of a sentence. */
  readonly unverified?: string | undefined;
  readonly conformance?: FinishedRun<Report>;
  readonly leftovers: readonly string[];
}

/** The model of the comparison, which every writer renders. */
export function assembleGateReport(outcome: GateOutcome, ending: Ending): GateReport {
  const { options, startedAt, phases, cluster, prepared, compared, unverified } = outcome;
  const { differences: ofSides, measures, series, extent, sources, scrape, notCompared: skipped } = compared ?? notCompared([]);
  const conformance = outcome.conformance?.report;
  const found = [...ofSides, ...gateCost(measures, options.budgets), ...(conformance ? gateConformance(conformance) : [])];
  const { differences, unused, expired } = applyWaivers(found, outcome.waivers, startedAt);
  const { state } = ending;
  const reason =
    ending.infrastructure ?? ending.reason ?? (conformance && unverifiedOf(conformance)) ?? (extent && nothingIn(extent));
  return {
    schema: GATE_SCHEMA,
    state,
    verdict: state === 'complete' ? gateVerdict(differences, reason) : 'no answer',
    ...(reason === undefined ? {} : { reason }),
    evidence: 'live',
    from: sideFacts(prepared?.old, options.from),
    to: sideFacts(prepared?.new, options.to),
    cluster,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    phases: phases.list(),
    counts: gateCounts(differences),
    differences,
    waivers: { unused, expired },
    series,
    ...(extent && { extent }),
    measures: measures.map((measure) => {
      const budget = options.budgets.get(measure.name);
      return { ...measure, ratio: ratioOf(measure), ...(budget === undefined ? {} : { budget }) };
    }),
    ...(conformance && { conformance: conformanceFacts(conformance) }),
    sources,
    ...(scrape && { scrape }),
    notVerified: [
      ...skipped,
      ...(extent && extent.silent.length > 0 ? [silenceOf(extent)] : []),
      ...(conformance ? skippedOf(conformance) : []),
      ...(unverified === undefined ? [] : [`No requirement was verified with the candidate: ${unverified}`]),
    ],
    leftovers: [...outcome.leftovers, ...(conformance?.leftovers ?? [])],
  };
}

/** Why there is no answer where neither side exposed anything; undefined where one did. */
function nothingIn({ old, new: now }: Extent): string | undefined {
  return old + now === 0 ? 'Neither exporter exposed a series, so that nothing was compared.' : undefined;
}

function silenceOf({ silent }: Extent): string {
  return `Neither exporter had a series of ${silent.join(', ')}, so that nothing of them was compared: create objects of them where both read, or compare exporters that read more namespaces, or all shards.`;
}

/** @param image as given; its release and manifests are not known before the side is prepared */
function sideFacts(side: PreparedSide | undefined, image: string): GateReport['from'] {
  if (side === undefined) return { image, version: '', target: '' };
  return { image: side.target.image, version: formatVersion(side.target.version), target: side.manifests };
}
