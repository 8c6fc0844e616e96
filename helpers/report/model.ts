import type { Level } from '../suite/record.ts';

/** The report of one run, as it stands in `report.json`; every reporter renders this and nothing else. */
export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  /** How far the run came; in anything but `complete`, requirements may not have been verified. */
  readonly state: ReportState;
  readonly verdict: Verdict;
  /** Why the verdict is `partial` or `infrastructure`, or the run not complete, as one sentence. */
  readonly reason?: string;
  /** Whether what was left out was asked for; it decides the exit code of a partial run. */
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
  /** What the run created and could not remove, one name each. */
  readonly leftovers: readonly string[];
}

export const REPORT_SCHEMA = 'kube-state-metrics-conformance/report/v1';

/**
 * `started`: written before anything is begun, and left standing by a run that was killed or refused. `interrupted`: ended by a
 * signal. `crashed`: the suite itself failed. `complete`: the run came to its end, whatever its verdict.
 */
export type ReportState = 'started' | 'interrupted' | 'crashed' | 'complete';
export type Verdict = 'conformant' | 'nonconformant' | 'partial' | 'infrastructure';
export type Partiality = 'asked' | 'came-about';
export type Evidence = 'live' | 'simulated';
export type Status = 'passed' | 'failed' | 'skipped' | 'known-issue' | 'not-applicable';

export interface ClusterFacts {
  readonly kind: 'k3s' | 'kubeconfig' | 'simulated';
  /** The node's image; empty where the suite did not choose it. */
  readonly image: string;
  /** As the API server says it: `v1.24.17+k3s1`; empty when it never answered. */
  readonly kubernetes: string;
  readonly nodes: number;
}

interface ExporterFacts {
  readonly image: string;
  /** `v2.5.0`; empty when it is not known. */
  readonly version: string;
}

export interface Phase {
  readonly name: string;
  readonly durationMs: number;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
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
  /** Why it is skipped, a known issue or not applicable; on a pass, the known issue that did not occur. */
  readonly reason?: string;
  /** What was last observed; always there on a failure. */
  readonly observed?: string;
  readonly expected?: string;
  readonly actual?: string;
  /** The file to open next, relative to the directory the run was started in. */
  readonly see?: string;
  /** The known issue that was expected here: `known-issue` when it occurred, `passed` when it did not. */
  readonly knownIssue?: string;
  readonly durationMs: number;
}

/** How many requirements ended in each status. */
export function countsOf(requirements: readonly Pick<RequirementResult, 'status'>[]): Counts {
  const of = (status: Status) => requirements.filter((requirement) => requirement.status === status).length;
  return {
    passed: of('passed'),
    failed: of('failed'),
    skipped: of('skipped'),
    knownIssues: of('known-issue'),
    notApplicable: of('not-applicable'),
  };
}
