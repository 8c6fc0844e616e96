import type { ClusterFacts, Counts, Phase, ReportState, Verdict } from '../../report/model.ts';
import type { Measure } from '../cost.ts';
import type { GateDifference } from '../difference.ts';
import type { GateVerdict } from '../verdict.ts';
import type { Waiver } from '../waivers.ts';

export const GATE_SCHEMA = 'kube-state-metrics-conformance/gate/v1';

/** The report of one comparison, as it stands in `gate.json`; every reporter renders this and nothing else. */
export interface GateReport {
  readonly schema: typeof GATE_SCHEMA;
  /** How far the comparison came. */
  readonly state: ReportState;
  readonly verdict: GateVerdict;
  /** Why there is no answer, or not everything was verified, as one sentence. */
  readonly reason?: string;
  /** A comparison on anything but a live cluster does not exist. */
  readonly evidence: 'live';
  readonly from: SideFacts;
  readonly to: SideFacts;
  readonly cluster: ClusterFacts;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly phases: readonly Phase[];
  readonly counts: GateCounts;
  readonly differences: readonly GateDifference[];
  readonly waivers: { readonly unused: readonly Waiver[]; readonly expired: readonly Waiver[] };
  /** The families that do not have as many series on both sides. */
  readonly series: readonly SeriesCount[];
  readonly measures: readonly MeasureReport[];
  /** What the requirements came to with the candidate; absent where they were not verified. */
  readonly conformance?: ConformanceFacts;
  /** What was left out, one sentence each. */
  readonly leftOut: readonly string[];
  /** What the run created and could not remove. */
  readonly leftovers: readonly string[];
}

export interface ConformanceFacts {
  readonly verdict: Verdict;
  readonly counts: Counts;
}

export interface SideFacts {
  readonly image: string;
  /** `v2.5.0`; empty as long as it is not known. */
  readonly version: string;
  /** `agent`, `current`, or where the manifests are. */
  readonly target: string;
}

export interface GateCounts {
  readonly reject: number;
  readonly waived: number;
  readonly note: number;
  readonly harmless: number;
}

export interface SeriesCount {
  readonly family: string;
  readonly old: number;
  readonly new: number;
}

/** A measure with its budget; undefined where nobody gave one. */
export interface MeasureReport extends Measure {
  readonly ratio: number;
  readonly budget?: number;
}

/** How many differences there are of each weight. */
export function gateCounts(differences: readonly GateDifference[]): GateCounts {
  const waived = differences.filter((one) => one.waived !== undefined).length;
  const of = (severity: GateDifference['severity']) =>
    differences.filter((one) => one.severity === severity && one.waived === undefined).length;
  return { reject: of('reject'), waived, note: of('note'), harmless: of('harmless') };
}

/** `v2.5.0`, or the image as long as its version is not known. */
export function releaseOf({ version, image }: SideFacts): string {
  return version || image;
}
