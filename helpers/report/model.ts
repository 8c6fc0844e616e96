import type { Level } from '../suite/record.ts';

/** The report of one run, as it is in `report.json`; every writer renders this and nothing else. */
export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  /** How the run ended; in any state but `complete`, requirements may not have been verified. */
  readonly state: ReportState;
  readonly verdict: Verdict;
  /** Why the verdict is `partial` or `infrastructure`, or the run not complete, as one sentence. */
  readonly reason?: string;
  /** Whether what was not verified was deselected by the user; it decides the exit code of a partial run. */
  readonly partial?: Partiality;
  readonly evidence: Evidence;
  readonly cluster: ClusterFacts;
  readonly exporter: ExporterFacts;
  readonly target: string;
  readonly profile: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly phases: readonly Phase[];
  readonly counts: Counts;
  readonly requirements: readonly RequirementResult[];
  /** The features that the profile does not promise; absent where they were not looked into. Nothing of it counts in the verdict. */
  readonly notPromised?: readonly UnpromisedFeature[];
  /** What the run created and could not remove, one name each. */
  readonly leftovers: readonly string[];
}

export const REPORT_SCHEMA = 'kube-state-metrics-conformance/report/v1';

/**
 * `started`: written before anything is begun; a run that was killed or refused leaves it. `interrupted`: ended by a signal. `crashed`: the
 * suite itself failed. `complete`: the run reached its end, whatever its verdict.
 */
export type ReportState = 'started' | 'interrupted' | 'crashed' | 'complete';
export type Verdict = 'conformant' | 'nonconformant' | 'partial' | 'infrastructure';
export type Partiality = 'selected' | 'unverified';
export type Evidence = 'live' | 'simulated';
/**
 * `blocked`: it could not be attempted, as a requirement that it needs failed. `skipped`: not selected, or not reached. `known-issue`: it
 * failed as it is known to. `not-applicable`: the profile does not promise it, or the cluster cannot show it.
 */
export type Status = 'passed' | 'failed' | 'blocked' | 'skipped' | 'known-issue' | 'not-applicable';

export interface ClusterFacts {
  readonly kind: 'k3s' | 'kubeconfig' | 'simulated';
  /** The node's image; empty where the suite did not choose it. */
  readonly image: string;
  /** As the API server reports it: `v1.24.17+k3s1`; empty when it never answered. */
  readonly kubernetes: string;
  readonly nodes: number;
  /** Of a cluster that existed before the run: a sentence for each known issue of the exporter that some of its objects meet. */
  readonly knownIssues?: readonly string[];
}

interface ExporterFacts {
  readonly image: string;
  /** `v2.5.0`; empty when it is not known. */
  readonly version: string;
}

export interface Phase {
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly startedAt?: string;
  readonly durationMs: number;
}

export interface Counts {
  readonly passed: number;
  /** All failures: findings and consequences. */
  readonly failed: number;
  /** Of the failures, those that another failure explains. */
  readonly consequences: number;
  readonly blocked: number;
  readonly skipped: number;
  readonly knownIssues: number;
  readonly notApplicable: number;
}

export interface RequirementResult {
  readonly id: string;
  readonly area: string;
  readonly sentence: string;
  readonly level: Level;
  readonly source: string;
  readonly status: Status;
  /** Why it is blocked, skipped, a known issue or not applicable; on a pass, the known issue that did not occur. */
  readonly reason?: string;
  /** The last observation; always present on a failure. */
  readonly observed?: string;
  readonly expected?: string;
  readonly actual?: string;
  /** The file to open next, relative to the directory the run was started in. */
  readonly see?: string;
  /** The known issue that was expected here: `known-issue` when it occurred, `passed` when it did not. */
  readonly knownIssue?: string;
  /** On a failure, the id of the failure that explains it; on a blocked requirement, of the failure that blocks it. Always a root cause. */
  readonly causedBy?: string;
  /** ISO 8601, UTC; absent where its body was not executed. */
  readonly startedAt?: string;
  readonly durationMs: number;
}

/** A feature that the profile does not promise, and whether the deployment would meet it. */
export interface UnpromisedFeature {
  /** `headless-service` */
  readonly feature: string;
  /** What it means. */
  readonly sentence: string;
  /** `not-met`: a requirement of it fails. `not-verified`: none was verified. */
  readonly outcome: 'met' | 'not-met' | 'not-verified';
  readonly requirements: readonly UnpromisedResult[];
}

export interface UnpromisedResult extends Pick<RequirementResult, 'id' | 'sentence' | 'expected' | 'actual'> {
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it is skipped. */
  readonly reason?: string;
}

/** How many requirements ended in each status. */
export function countsOf(requirements: readonly Pick<RequirementResult, 'status' | 'causedBy'>[]): Counts {
  const count = (status: Status) => requirements.filter((requirement) => requirement.status === status).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    consequences: requirements.filter(isConsequence).length,
    blocked: count('blocked'),
    skipped: count('skipped'),
    knownIssues: count('known-issue'),
    notApplicable: count('not-applicable'),
  };
}

/** Whether a requirement failed because another one did. */
export function isConsequence({ status, causedBy }: Pick<RequirementResult, 'status' | 'causedBy'>): boolean {
  return status === 'failed' && causedBy !== undefined;
}

/** Whether a requirement failed, and no other failure explains it. */
export function isFinding({ status, causedBy }: Pick<RequirementResult, 'status' | 'causedBy'>): boolean {
  return status === 'failed' && causedBy === undefined;
}
