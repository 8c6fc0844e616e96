import { join, resolve } from 'node:path';
import { knownIssuesMetIn, writeMetInCluster } from '../accounting/known-issues.ts';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import type { Cleanup } from '../cluster/cleanups.ts';
import type { Reaper } from '../cluster/start-reaper.ts';
import type { KubeClient } from '../kube/client.ts';
import { RECORD_FILE } from '../kube/owned/creation-record.ts';
import type { Phase } from '../report/model.ts';
import type { Progress, ProgressOutput } from '../report/progress.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import type { RunState } from '../suite/run-state.ts';
import { formatVersion } from '../version.ts';
import type { Interruption } from './interruption.ts';
import type { Options } from './options.ts';
import { adapterToStart, type ClusterOfRun, operatorToStart } from './plan.ts';
import type { TargetOfRun } from './target-of-run.ts';

/** What a run is given. */
export interface ConformanceRun {
  /** The run's id. */
  readonly id: string;
  readonly options: Options;
  readonly declared: readonly DeclaredRequirement[];
  readonly interruption: Interruption;
  readonly output: ProgressOutput;
}

/** What the parts of a run share. */
export interface RunContext {
  readonly run: ConformanceRun;
  /** What is under test. */
  readonly subject: TargetOfRun;
  /** Where the run's state and results go. */
  readonly directory: string;
  readonly phases: Phases;
  readonly progress: Progress;
  readonly reaper: Reaper;
  /** Filled in as it becomes known. */
  readonly cluster: ClusterOfRun;
  /** Registers a cleanup; the last one runs first. */
  onCleanup(cleanup: Cleanup): void;
}

/** Looks for objects of the cluster that meet a known issue of the exporter, and reports each issue before anything is verified. */
export async function meetKnownIssues(
  { subject: { target }, cluster, progress }: Pick<RunContext, 'subject' | 'cluster' | 'progress'>,
  client: KubeClient,
): Promise<void> {
  const options = parseExporterArguments(target.arguments);
  const exporter = { exporter: formatVersion(target.version), kubernetes: cluster.kubernetes, options };
  cluster.knownIssues = writeMetInCluster(await knownIssuesMetIn(client, exporter));
  for (const sentence of cluster.knownIssues) progress.note(sentence);
}

/** Measures how long each phase of a run takes. */
export class Phases {
  private readonly done: Phase[] = [];

  /**
   * @param onStart gets the name of each phase when it starts
   * @param steps gets what is measured within the phases, for the trace
   */
  constructor(
    private readonly onStart: (name: string) => void,
    private readonly steps: Phase[] = [],
  ) {}

  /** Runs a phase and measures it, also when it fails. */
  run<T>(name: string, phase: () => Promise<T>): Promise<T> {
    this.onStart(name);
    return measured(this.done, name, phase);
  }

  /** Runs a part of a phase, perhaps at the same time as others, and measures it for the trace. */
  step<T>(name: string, step: () => Promise<T>): Promise<T> {
    return measured(this.steps, name, step);
  }

  /** The phases that have ended, in their order. */
  list(): readonly Phase[] {
    return [...this.done];
  }
}

async function measured<T>(into: Phase[], name: string, work: () => Promise<T>): Promise<T> {
  const startedAt = new Date().toISOString();
  const start = performance.now();
  try {
    return await work();
  } finally {
    into.push({ name, startedAt, durationMs: Math.round(performance.now() - start) });
  }
}

/** What is known of a run when its cluster answers. */
export interface KnownRun {
  readonly id: string;
  readonly directory: string;
  readonly options: Options;
  readonly subject: TargetOfRun;
  readonly cluster: ClusterOfRun;
  /** How the executor connects to the cluster, and a client that knows which resources it serves. */
  readonly connection: { readonly client: KubeClient; readonly kubeconfig: string; readonly context?: string };
}

/** The state that the executor reads, without the result of the installation, which follows. */
export function stateBeforeInstallation({
  id,
  directory,
  options,
  subject,
  cluster,
  connection,
}: KnownRun): Omit<RunState, 'installation'> {
  const { client, kubeconfig, context } = connection;
  const operatorImage = operatorToStart(options);
  const adapterImage = adapterToStart(options);
  return {
    id,
    directory,
    record: join(directory, RECORD_FILE),
    clusterKind: cluster.kind,
    agents: options.agents,
    kubeconfig,
    ...(context === undefined ? {} : { context }),
    kubernetes: cluster.kubernetes,
    exporter: formatVersion(subject.target.version),
    apiResources: client.mapper.resources,
    unavailableApis: client.mapper.unavailable,
    profile: subject.profile,
    manifests: subject.target.objects,
    targetName: subject.target.name,
    workloadImage: options.workloadImage,
    prometheusImage: options.prometheusImage,
    ...(operatorImage === undefined ? {} : { operatorImage }),
    ...(adapterImage === undefined ? {} : { adapterImage }),
    ...(subject.audit === undefined || options.tokenFile === undefined ? {} : { tokenFile: resolve(options.tokenFile) }),
    selected: cluster.plan.selected.map((requirement) => requirement.id),
    notPromised: cluster.plan.selected.filter(({ id }) => cluster.plan.notPromised.has(id)).map(({ id }) => id),
  };
}
