import type { KnownTargetName } from '../../exporter/known.ts';
import type { Target } from '../../exporter/target.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import type { Interference } from './interference.ts';
import type { Setting } from './setting.ts';

/** What a change of the manifests depends on. */
export interface ChangeFacts {
  /** The image of pods other than the exporter's. */
  readonly workloadImage: string;
}

/** Changes the rendered manifests. */
export type Change = (objects: readonly KubernetesObject[], facts: ChangeFacts) => readonly KubernetesObject[];

/** What a change of the cluster works with. */
export interface MutatedCluster {
  readonly client: KubeClient;
  readonly target: Target;
  /** Creates the objects that the change adds. */
  readonly objects: OwnedObjects;
}

/** Changes the cluster after the exporter is installed; returns a cleanup for what the removal of created objects does not revert. */
export type ClusterChange = (cluster: MutatedCluster) => Promise<() => Promise<void>>;

/** A deployment with a deliberate defect, and the requirements that must fail. */
export interface Mutant {
  /** `role-may-delete-pods` */
  readonly name: string;
  /** The defect, as one sentence. */
  readonly sentence: string;
  /** The target that is changed: `agent` by default. */
  readonly target?: KnownTargetName;
  /** The cluster that it needs; any by default. */
  readonly setting?: Setting;
  /** Changes the manifests. */
  readonly change?: Change;
  /** Changes the cluster. */
  readonly cluster?: ClusterChange;
  /** Alters requests and answers; created for each run, as it may have state. */
  readonly proxy?: () => Interference;
  /** Whether the proxy already acts during the installation, so that the mutant needs an installation of its own. */
  readonly fromTheStart?: boolean;
  /** The ids of the requirements that must fail; all others that are verified must not, unless one of these explains their failure. */
  readonly fails: readonly string[];
  /** Areas and ids to verify besides the areas of `fails`. */
  readonly verifies?: readonly string[];
  /** Why only `fails` is verified, without what it needs: another requirement would fail as well. */
  readonly byItself?: string;
  /** Whether it is compared with the documented rendering, which only known targets have. */
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
