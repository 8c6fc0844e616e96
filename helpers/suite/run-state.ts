import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../exporter/profile.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { ApiResource, UnavailableApi } from '../kube/reference.ts';
import type { AccountReference } from '../kube/service-account.ts';
import { makePrivateDirectory, writePrivately } from '../private-files.ts';
import type { PodRefusals } from './record.ts';

/** The facts of a run, which the command writes and the workers read. */
export interface RunState {
  /** Short and unique: part of names and the value of the run's label. */
  readonly id: string;
  /** The directory of results and diagnostics, as an absolute path. */
  readonly directory: string;
  /** The file that records what the run creates, as an absolute path. */
  readonly record: string;
  readonly clusterKind: 'k3s' | 'kubeconfig' | 'simulated';
  /** The number of nodes besides the server. */
  readonly agents: number;
  readonly kubeconfig: string;
  readonly context?: string;
  /** `v1.24.17+k3s1` */
  readonly kubernetes: string;
  /** The exporter's version: `v2.5.0`. */
  readonly exporter: string;
  readonly apiResources: readonly ApiResource[];
  readonly unavailableApis: readonly UnavailableApi[];
  /** What the deployment promises, as data: it may come from a file. */
  readonly profile: Profile;
  /** The rendered manifests, with the image of the run. */
  readonly manifests: readonly KubernetesObject[];
  readonly targetName: string;
  readonly workloadImage: string;
  readonly prometheusImage: string;
  /** The operator that a requirement starts; absent where none is started. */
  readonly operatorImage?: string;
  /** The prometheus-adapter that a requirement starts; absent where none is started. */
  readonly adapterImage?: string;
  /** The ids of the selected requirements. */
  readonly selected: readonly string[];
  /** Those of the selected that the profile does not promise: their failures neither count nor block; absent for none. */
  readonly notPromised?: readonly string[];
  readonly installation: Installation;
  /** What admission refuses in the namespaces of the run; absent where nothing was tried. */
  readonly refusedPods?: PodRefusals;
  /** The file with the token for an audited exporter that requires one, as an absolute path. */
  readonly tokenFile?: string;
  /** Present in an audit, which has no fixtures: the resources that the caller may not list. */
  readonly audit?: { readonly unreadable: readonly string[] };
}

/** The outcome of applying the manifests. */
export interface Installation {
  /** The objects that the API server refused, and its messages. */
  readonly refused: readonly { readonly object: string; readonly message: string }[];
  /** What the ServiceAccount was not allowed to list before the Deployment was applied. */
  readonly deniedBeforeDeployment: readonly string[];
  /** The account that may get /metrics of an exporter that requires a token; absent where it requires none. */
  readonly scraper?: AccountReference;
}

const fileOf = (directory: string) => join(directory, 'run.json');

/** Writes the state, readable by the owner only: it has the manifests with the values of their Secrets. */
export function writeRunState(state: RunState): void {
  makePrivateDirectory(state.directory);
  writePrivately(fileOf(state.directory), JSON.stringify(state));
}

export function readRunState(directory: string): RunState {
  return JSON.parse(readFileSync(fileOf(directory), 'utf8')) as RunState;
}
