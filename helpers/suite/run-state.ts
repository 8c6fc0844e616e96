import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProfileName } from '../exporter/profile.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { ApiResource } from '../kube/reference.ts';
import { makePrivateDirectory, writePrivately } from '../private-files.ts';
import type { PodRefusals } from './record.ts';

/** What the command tells the workers that verify: everything that is the same for the whole run. */
export interface RunState {
  /** Short and unique: part of names and the value of the run's label. */
  readonly id: string;
  /** Where results and diagnostics of this run go, as an absolute path. */
  readonly directory: string;
  /** The file that records what the run creates, as an absolute path. */
  readonly record: string;
  readonly clusterKind: 'k3s' | 'kubeconfig' | 'simulated';
  /** How many nodes there are besides the server. */
  readonly agents: number;
  readonly kubeconfig: string;
  readonly context?: string;
  /** `v1.24.17+k3s1` */
  readonly kubernetes: string;
  /** The exporter's version: `v2.5.0`. */
  readonly exporter: string;
  readonly apiResources: readonly ApiResource[];
  /** The versions of API groups that the API server has no answer for: `metrics.k8s.io/v1beta1`. */
  readonly unavailableApis: readonly string[];
  readonly profile: ProfileName;
  /** The rendered manifests, with the image of the run. */
  readonly manifests: readonly KubernetesObject[];
  readonly targetName: string;
  readonly workloadImage: string;
  readonly prometheusImage: string;
  /** The operator that a requirement starts; absent where none is to be started. */
  readonly operatorImage?: string;
  /** The ids of the requirements that are to be verified. */
  readonly selected: readonly string[];
  readonly installation: Installation;
  /** What admission refuses in the namespaces that the run uses; absent where nothing was tried. */
  readonly refusedPods?: PodRefusals;
  /** Present where an exporter is examined as it is, without fixtures: the resources that the caller may not list. */
  readonly audit?: { readonly unreadable: readonly string[] };
}

/** What happened while the manifests were applied. */
export interface Installation {
  /** The objects that the API server refused, and its words. */
  readonly refused: readonly { readonly object: string; readonly message: string }[];
  /** Whether the ServiceAccount could list what it reads before the Deployment was applied, and what it could not. */
  readonly deniedBeforeDeployment: readonly string[];
}

const fileOf = (directory: string) => join(directory, 'run.json');

/** Only the owner may read it: the manifests are applied from it again, so that their Secrets are in it with their values. */
export function writeRunState(state: RunState): void {
  makePrivateDirectory(state.directory);
  writePrivately(fileOf(state.directory), JSON.stringify(state));
}

export function readRunState(directory: string): RunState {
  return JSON.parse(readFileSync(fileOf(directory), 'utf8')) as RunState;
}
