import { join } from 'node:path';
import type { KubeClient } from '../kube/client.ts';
import { RECORD_FILE } from '../kube/owned/creation-record.ts';
import type { RunState } from '../suite/run-state.ts';
import { formatVersion } from '../version.ts';
import type { Options } from './options.ts';
import { type ClusterOfRun, operatorToStart } from './plan-of-run.ts';
import type { TargetOfRun } from './target-of-run.ts';

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
