import { join } from 'node:path';
import type { Reaper } from '../cluster/start-reaper.ts';
import type { Cleanup } from '../cluster/undos.ts';
import type { KubeClient } from '../kube/client.ts';
import { RECORD_FILE } from '../kube/owned/creation-record.ts';
import type { Phase } from '../report/model.ts';
import type { Progress, ProgressOutput } from '../report/progress.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import type { RunState } from '../suite/run-state.ts';
import { formatVersion } from '../version.ts';
import type { Interruption } from './interruption.ts';
import type { Options } from './options.ts';
import { type ClusterOfRun, operatorToStart } from './plan.ts';
import type { TargetOfRun } from './target-of-run.ts';

/** What a run is asked to do. */
export interface ConformanceRun {
  /** The run's id. */
  readonly id: string;
  readonly options: Options;
  readonly declared: readonly DeclaredRequirement[];
  readonly interruption: Interruption;
  readonly output: ProgressOutput;
}

/** What the parts of a run work with. */
export interface Work {
  readonly run: ConformanceRun;
  readonly under: TargetOfRun;
  /** Where the run's state and results go. */
  readonly directory: string;
  readonly phases: Phases;
  readonly progress: Progress;
  readonly reaper: Reaper;
  /** Filled in as it becomes known. */
  readonly cluster: ClusterOfRun;
  onCleanup(undo: Cleanup): void;
}

/** How long each part of a run took. */
export class Phases {
  private readonly done: Phase[] = [];

  /** @param tell is told the name of each part as it begins */
  constructor(private readonly tell: (name: string) => void) {}

  /** Runs a part and takes its time, also when it fails. */
  async run<T>(name: string, part: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    this.tell(name);
    try {
      return await part();
    } finally {
      this.done.push({ name, durationMs: Math.round(performance.now() - begun) });
    }
  }

  list(): readonly Phase[] {
    return [...this.done];
  }
}

/** What a run knows of itself once its cluster answers. */
export interface KnownOfRun {
  readonly id: string;
  readonly directory: string;
  readonly options: Options;
  readonly under: TargetOfRun;
  readonly cluster: ClusterOfRun;
  /** The way to the cluster, as the workers take it, and a client that knows what is served there. */
  readonly way: { readonly client: KubeClient; readonly kubeconfig: string; readonly context?: string };
}

/** What the workers are told, but for what happens while the manifests are applied. */
export function stateOfRun({ id, directory, options, under, cluster, way }: KnownOfRun): Omit<RunState, 'installation'> {
  const { client, kubeconfig, context } = way;
  const operatorImage = operatorToStart(options);
  return {
    id,
    directory,
    record: join(directory, RECORD_FILE),
    clusterKind: cluster.kind,
    agents: options.agents,
    kubeconfig,
    ...(context === undefined ? {} : { context }),
    kubernetes: cluster.kubernetes,
    exporter: formatVersion(under.target.version),
    apiResources: client.mapper.resources,
    unavailableApis: client.mapper.unavailable,
    profile: under.profile.name,
    manifests: under.target.objects,
    targetName: under.target.name,
    workloadImage: options.workloadImage,
    prometheusImage: options.prometheusImage,
    ...(operatorImage === undefined ? {} : { operatorImage }),
    selected: cluster.plan.selected.map((requirement) => requirement.id),
  };
}
