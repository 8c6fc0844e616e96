import type { Report } from '../../report/model.ts';
import type { Ending, FinishedRun } from '../../run/ending.ts';
import type { Phases } from '../../run/run-context.ts';
import { formatVersion } from '../../version.ts';
import { gateCost, ratioOf } from '../cost.ts';
import type { GateOptions } from '../options.ts';
import { GATE_SCHEMA, type GateReport, gateCounts } from '../report/model.ts';
import { gateVerdict } from '../verdict.ts';
import { applyWaivers, type Waiver } from '../waivers.ts';
import type { Compared } from './compare-sides.ts';
import { conformanceFacts, gateConformance, skippedOf, unverifiedOf } from './conformance.ts';
import type { MutableClusterFacts } from './on-cluster.ts';
import type { PreparedSide } from './prepare.ts';
import type { Sides } from './readings.ts';

/** What came to be known in a comparison, whether or not it came to its end. */
export interface GateOutcome {
  readonly options: GateOptions;
  readonly waivers: readonly Waiver[];
  readonly startedAt: Date;
  readonly phases: Phases;
  readonly cluster: MutableClusterFacts;
  readonly prepared?: Sides<PreparedSide>;
  readonly compared?: Compared;
  /** Why the candidate is not to be held against the requirements, as the end of a sentence. */
  readonly unverified?: string | undefined;
  readonly conformance?: FinishedRun<Report>;
  readonly leftovers: readonly string[];
}

/** The one model of the comparison, which every reporter renders. */
export function assembleGateReport(outcome: GateOutcome, ending: Ending): GateReport {
  const { options, startedAt, phases, cluster, prepared, compared, unverified } = outcome;
  const { differences: ofSides, measures, series } = compared ?? { differences: [], measures: [], series: [] };
  const conformance = outcome.conformance?.report;
  const found = [...ofSides, ...gateCost(measures, options.budgets), ...(conformance ? gateConformance(conformance) : [])];
  const { differences, unused, expired } = applyWaivers(found, outcome.waivers, startedAt);
  const { state } = ending;
  const reason = ending.infrastructure ?? ending.reason ?? (conformance && unverifiedOf(conformance));
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
    measures: measures.map((measure) => {
      const budget = options.budgets.get(measure.name);
      return { ...measure, ratio: ratioOf(measure), ...(budget === undefined ? {} : { budget }) };
    }),
    ...(conformance && { conformance: conformanceFacts(conformance) }),
    leftOut: [
      ...(conformance ? skippedOf(conformance) : []),
      ...(unverified === undefined ? [] : [`No requirement was verified with the candidate: ${unverified}`]),
    ],
    leftovers: [...outcome.leftovers, ...(conformance?.leftovers ?? [])],
  };
}

/** @param image as it was given, for as long as nothing else is known */
function sideFacts(side: PreparedSide | undefined, image: string): GateReport['from'] {
  if (side === undefined) return { image, version: '', target: '' };
  return { image: side.target.image, version: formatVersion(side.target.version), target: side.manifests };
}
