import type {
  V1CronJobSpec,
  V1CronJobStatus,
  V1DaemonSetSpec,
  V1DaemonSetStatus,
  V1DeploymentSpec,
  V1DeploymentStatus,
  V1EndpointSlice,
  V1EndpointSubset,
  V1JobSpec,
  V1JobStatus,
  V1NamespaceStatus,
  V1NodeSpec,
  V1NodeStatus,
  V1PersistentVolumeClaimSpec,
  V1PersistentVolumeClaimStatus,
  V1PersistentVolumeSpec,
  V1PersistentVolumeStatus,
  V1PodDisruptionBudgetSpec,
  V1PodDisruptionBudgetStatus,
  V1PodSpec,
  V1PodStatus,
  V1ReplicaSetSpec,
  V1ReplicaSetStatus,
  V1ResourceQuotaSpec,
  V1ResourceQuotaStatus,
  V1ServiceSpec,
  V1StatefulSetSpec,
  V1StatefulSetStatus,
  V2HorizontalPodAutoscalerSpec,
  V2HorizontalPodAutoscalerStatus,
} from '@kubernetes/client-node';
import type { OwnerReference } from '../helpers/kube/object.ts';

/** A client type as JSON: dates are strings. */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [K in keyof T]: Wire<T[K]> }
      : T;

export interface Metadata {
  name: string;
  namespace?: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
}

export type Fields = Record<string, unknown>;

/** An object in the store of the API server. */
export interface Stored extends Fields {
  apiVersion: string;
  kind: string;
  metadata: Metadata;
}

type Kind<Spec, Status = Fields> = Stored & { spec: Wire<Spec>; status?: Wire<Status> };

export type PodSpec = Wire<V1PodSpec>;
export type Container = PodSpec['containers'][number];
export type Probe = NonNullable<Container['livenessProbe']>;
export type PodStatus = Wire<V1PodStatus>;
export type ContainerStatus = NonNullable<PodStatus['containerStatuses']>[number];
export type Pod = Kind<V1PodSpec, V1PodStatus>;
export type PodTemplate = Wire<NonNullable<V1DeploymentSpec['template']>>;
export type Deployment = Kind<V1DeploymentSpec, V1DeploymentStatus>;
export type ReplicaSet = Kind<V1ReplicaSetSpec, V1ReplicaSetStatus>;
export type StatefulSet = Kind<V1StatefulSetSpec, V1StatefulSetStatus>;
export type DaemonSet = Kind<V1DaemonSetSpec, V1DaemonSetStatus>;
export type Job = Kind<V1JobSpec, V1JobStatus>;
export type CronJob = Kind<V1CronJobSpec, V1CronJobStatus>;
export type Node = Kind<V1NodeSpec, V1NodeStatus>;
export type Taint = NonNullable<Node['spec']['taints']>[number];
export type Toleration = NonNullable<PodSpec['tolerations']>[number];
export type Service = Kind<V1ServiceSpec>;
export type ServicePort = NonNullable<Service['spec']['ports']>[number];
export type Endpoints = Stored & { subsets?: Wire<V1EndpointSubset>[] };
export type EndpointSlice = Stored & Pick<Wire<V1EndpointSlice>, 'addressType' | 'endpoints' | 'ports'>;
export type Namespace = Kind<{ finalizers?: string[] }, V1NamespaceStatus>;
export type Volume = Kind<V1PersistentVolumeSpec, V1PersistentVolumeStatus>;
export type Claim = Kind<V1PersistentVolumeClaimSpec, V1PersistentVolumeClaimStatus>;
export type Budget = Kind<V1PodDisruptionBudgetSpec, V1PodDisruptionBudgetStatus>;
export type Autoscaler = Kind<V2HorizontalPodAutoscalerSpec, V2HorizontalPodAutoscalerStatus>;
export type Quota = Kind<V1ResourceQuotaSpec, V1ResourceQuotaStatus>;
export type ServiceAccount = Stored & { automountServiceAccountToken?: boolean };
export type LabelSelector = Wire<NonNullable<V1DeploymentSpec['selector']>>;
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}
export type Role = Stored & { rules?: PolicyRule[] | null };
export type Binding = Stored & {
  roleRef: { kind: string; name: string };
  subjects?: { kind: string; name: string; namespace?: string }[];
};

/** Adds or replaces a condition; its transition time changes only with its status. */
export function setCondition(conditions: Condition[] | undefined, condition: Condition, now: string): Condition[] {
  const before = conditions?.find(({ type }) => type === condition.type);
  const lastTransitionTime = before?.status === condition.status ? (before.lastTransitionTime ?? now) : now;
  const others = (conditions ?? []).filter(({ type }) => type !== condition.type);
  return before
    ? (conditions ?? []).map((existing) => (existing === before ? { ...condition, lastTransitionTime } : existing))
    : [...others, { ...condition, lastTransitionTime }];
}

export function isControlledBy(object: Stored, owner: Stored): boolean {
  return object.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === owner.metadata.uid) ?? false;
}

export function controllerReference({ apiVersion, kind, metadata }: Stored): OwnerReference & { blockOwnerDeletion: boolean } {
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true };
}

/** Whether two values are the same JSON data, in which undefined fields are omitted. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSameJson(item, b[index]));
  }
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Fields, b as Fields];
  for (const key in left) if (!isSameJson(left[key], right[key])) return false;
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
}

/** A deep copy of JSON data. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T;
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[key];
    // As in JSON, undefined fields are omitted.
    if (field !== undefined) result[key] = copy(field);
  }
  return result as T;
}
