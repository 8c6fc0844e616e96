import type { ClusterFacts, Counts, Phase, ReportState, Verdict } from '../../report/model.ts';
import type { Measure } from '../cost.ts';
import type { GateDifference } from '../difference.ts';
import type { SourceCounts } from '../rules/coverage.ts';
import type { GateVerdict } from '../verdict.ts';
import type { Waiver } from '../waivers.ts';

export const GATE_SCHEMA = 'kube-state-metrics-conformance/gate/v1';

/** The report of a comparison, the content of `gate.json`; every writer renders this and nothing else. */
export interface GateReport {
  readonly schema: typeof GATE_SCHEMA;
  readonly state: ReportState;
  readonly verdict: GateVerdict;
  /** Why there is no answer, or not everything was verified; a sentence. */
  readonly reason?: string;
  /** The gate compares live clusters only; a preview predicts from the catalogue. */
  readonly evidence: 'live' | 'predicted';
  readonly from: SideFacts;
  readonly to: SideFacts;
  readonly cluster: ComparedCluster;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly phases: readonly Phase[];
  readonly counts: GateCounts;
  readonly differences: readonly GateDifference[];
  readonly waivers: { readonly unused: readonly Waiver[]; readonly expired: readonly Waiver[] };
  /** The families whose number of series differs. */
  readonly series: readonly SeriesCount[];
  /** How much there was to compare; absent in a preview, and where nothing was compared. */
  readonly extent?: Extent;
  readonly measures: readonly MeasureReport[];
  /** The rules and queries of each file, counted; empty without files or before they are judged. */
  readonly sources: readonly SourceCounts[];
  /** How Prometheus scraped both sides; absent without rules. */
  readonly scrape?: ScrapeFacts;
  /** The result of the requirements with the candidate; absent where they were not verified. */
  readonly conformance?: ConformanceFacts;
  /** The comparison of the old release's scrape with its prediction; absent without both. */
  readonly prediction?: PredictionFacts;
  /** Every release after the old one, the newest first; absent unless all are compared. */
  readonly path?: readonly PathStep[];
  /** What was neither compared nor verified, a sentence each. */
  readonly notVerified: readonly string[];
  /** What the run created and could not remove. */
  readonly leftovers: readonly string[];
}

/** `files`: saved objects of a cluster, in a preview. */
export type ComparedCluster = Omit<ClusterFacts, 'kind'> & { readonly kind: ClusterFacts['kind'] | 'files' };

/** How the scrape of the old release agrees with what the catalogue predicts for the same objects. */
export interface PredictionFacts {
  /** The number of samples of the scrape. */
  readonly samples: number;
  /** The number of those that are predicted with their values. */
  readonly agreeing: number;
  /** The number of samples and headers that are missing, unexpected or have another value. */
  readonly disagreeing: number;
  /** The first of them by family, a line each, and the totals if there are more. */
  readonly examples: readonly string[];
}

/** A release that may replace the old one, in a preview of all. */
export interface PathStep {
  /** `v2.10.0` */
  readonly release: string;
  readonly verdict: GateVerdict;
  readonly counts: GateCounts;
  /** What rejects this release and does not reject the release before it: a rule, a query or a family, each with what to change. */
  readonly breaks: readonly { readonly what: string; readonly change?: string }[];
}

export interface ConformanceFacts {
  readonly verdict: Verdict;
  readonly counts: Counts;
}

export interface SideFacts {
  readonly image: string;
  /** `v2.5.0`; empty as long as it is not known. */
  readonly version: string;
  /** `agent`, `current`, or the path of the manifests. */
  readonly target: string;
}

/** How Prometheus scraped both sides: as the user's own scrape job does. */
export interface ScrapeFacts {
  /** The target labels by name, `job` among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** The names of those that were derived from the rules. */
  readonly derived: readonly string[];
  readonly honorLabels: boolean;
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

/** How much of what both exporters are to expose was there to compare. */
export interface Extent {
  /** The number of series of each side. */
  readonly old: number;
  readonly new: number;
  /** The resources that the cluster serves and either side is to expose. */
  readonly resources: number;
  /** Those of them of which neither side had a series, as in `--resources`. */
  readonly silent: readonly string[];
}

/** A measure with its budget; undefined without one. */
export interface MeasureReport extends Measure {
  readonly ratio: number;
  readonly budget?: number;
}

/** The number of differences of each severity; waived ones count as waived only. */
export function gateCounts(differences: readonly GateDifference[]): GateCounts {
  const waived = differences.filter((difference) => difference.waived !== undefined).length;
  const count = (severity: GateDifference['severity']) =>
    differences.filter((difference) => difference.severity === severity && difference.waived === undefined).length;
  return { reject: count('reject'), waived, note: count('note'), harmless: count('harmless') };
}

/** The names of the files of a report: `gate.json`; `preview.json` of a preview. */
export function reportNames({ evidence }: Pick<GateReport, 'evidence'>) {
  const name = evidence === 'predicted' ? 'preview' : 'gate';
  return { json: `${name}.json`, html: `${name}.html`, markdown: `${name}.md` } as const;
}

/** `v2.5.0`, or the image as long as its version is not known. */
export function releaseOf({ version, image }: SideFacts): string {
  return version || image;
}
