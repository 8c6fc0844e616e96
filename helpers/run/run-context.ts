import { join, resolve } from 'node:path';
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

/** Measures how long each phase of a run takes. */
export class Phases {
  private readonly done: Phase[] = [];

  /** @param onStart gets the name of each phase when it starts */
  constructor(private readonly onStart: (name: string) => void) {}

  /** Runs a phase and measures it, also when it fails. */
  async run<T>(name: string, phase: () => Promise<T>): Promise<T> {
    const start = performance.now();
    this.onStart(name);
    try {
      return await phase();
    } finally {
      this.done.push({ name, durationMs: Math.round(performance.now() - start) });
    }
  }

  /** The phases that have ended, in their order. */
  list(): readonly Phase[] {
    return [...this.done];
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
    profile: subject.profile.name,
    manifests: subject.target.objects,
    targetName: subject.target.name,
    workloadImage: options.workloadImage,
    prometheusImage: options.prometheusImage,
    ...(operatorImage === undefined ? {} : { operatorImage }),
    ...(adapterImage === undefined ? {} : { adapterImage }),
    ...(subject.audit === undefined || options.tokenFile === undefined ? {} : { tokenFile: resolve(options.tokenFile) }),
    selected: cluster.plan.selected.map((requirement) => requirement.id),
  };
}
