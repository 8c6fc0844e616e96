import type { KnownTargetName } from '../../exporter/known.ts';
import type { Target } from '../../exporter/target.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import type { Interference } from './interference.ts';
import type { Setting } from './setting.ts';

/** What a change of the manifests may look at. */
export interface ChangeFacts {
  /** The image of pods that are to do something other than to export. */
  readonly workloadImage: string;
}

/** Makes other manifests of the rendered ones. */
export type Change = (objects: readonly KubernetesObject[], facts: ChangeFacts) => readonly KubernetesObject[];

/** What a change of the cluster has to work with. */
export interface MutatedCluster {
  readonly client: KubeClient;
  readonly target: Target;
  /** Creates what the change adds to the cluster. */
  readonly objects: OwnedObjects;
}

/** Changes the cluster once the exporter is installed; gives back how to undo what removing labelled objects does not. */
export type ClusterChange = (cluster: MutatedCluster) => Promise<() => Promise<void>>;

/** A deployment with one deliberate defect, and what must notice it. */
export interface Mutant {
  /** `role-may-delete-pods` */
  readonly name: string;
  /** The defect, as one sentence. */
  readonly sentence: string;
  /** What it is a mutant of: `agent` unless told. */
  readonly target?: KnownTargetName;
  /** The cluster that it needs, where not any will do. */
  readonly setting?: Setting;
  /** In the manifests. */
  readonly change?: Change;
  /** In the cluster. */
  readonly cluster?: ClusterChange;
  /** In what is sent through the API server; made anew for each run, as it may remember. */
  readonly proxy?: () => Interference;
  /** Whether the proxy has a part in the installation, so that the exporter must be installed for this mutant alone. */
  readonly fromTheStart?: boolean;
  /** The ids of the requirements that must fail; all others that are verified must not. */
  readonly fails: readonly string[];
  /** Areas and ids to verify besides the areas of `fails`. */
  readonly verifies?: readonly string[];
  /** Verifies `fails` and nothing else, not even what they need: for what another requirement would notice first. Says why. */
  readonly byItself?: string;
  /** Whether it is held against the documented rendering, which other manifests than the known ones do not have. */
  readonly documented?: boolean;
}

/**
 * Declares a mutant.
 * @throws an Error when nothing is changed, or nothing must fail
 */
export function mutant(name: string, declaration: Omit<Mutant, 'name'>): Mutant {
  const { change, cluster, proxy, fails } = declaration;
  if (!change && !cluster && !proxy) throw new Error(`The mutant ${name} changes nothing.`);
  if (fails.length === 0) throw new Error(`The mutant ${name} names no requirement that must fail.`);
  return { name, ...declaration };
}
