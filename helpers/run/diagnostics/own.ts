import type { Target } from '../../exporter/target.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { listLabelled } from '../../kube/owned/remove-objects.ts';
import type { Pod } from '../../kube/pod.ts';
import { runLabel } from '../../kube/run-label.ts';

/** Whether the run created the object. */
export type IsOwn = (object: KubernetesObject) => boolean;

export interface OwnRequest {
  readonly run: string;
  readonly target: Target;
  /** Without it, by the run's label. */
  readonly isOwn?: IsOwn;
}

/** What is written whole. */
export interface Own {
  /** What the run created, and what controllers made of it: ReplicaSets, pods, endpoints. */
  readonly objects: readonly KubernetesObject[];
  readonly pods: readonly Pod[];
  /** The namespaces that the run created, in which everything is its own. */
  readonly namespaces: ReadonlySet<string>;
  has(uid: string | undefined): boolean;
}

/** The kinds that controllers create, a kind after those that own it. */
const made = ['ReplicaSet', 'Job', 'Pod', 'Endpoints', 'EndpointSlice'];

/** Finds what the run created, and what controllers created for it: by the uid of an owner, or in a namespace that the run created. */
export async function findOwn(client: KubeClient, { run, target, isOwn = hasLabelOf(run) }: OwnRequest): Promise<Own> {
  const created = (await listLabelled(client, `${runLabel}=${run}`)).filter(isOwn);
  const namespaces = new Set(created.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const within = new Set([target.namespace, ...namespaces, ...created.flatMap(({ metadata }) => metadata.namespace ?? [])]);
  const candidates = (await Promise.all([...within].map((namespace) => listMade(client, namespace)))).flat();
  const own = new Map(created.map((object) => [object.metadata.uid, object]));
  const services = new Set(created.filter(({ kind }) => kind === 'Service').map(placeOf));
  const isMadeOfOwn = ({ kind, metadata }: KubernetesObject) =>
    namespaces.has(metadata.namespace ?? '') ||
    (metadata.ownerReferences ?? []).some(({ uid }) => own.has(uid)) ||
    (kind === 'Endpoints' && services.has(placeOf({ metadata })));
  // A pod's ReplicaSet comes before the pod.
  for (const object of candidates) if (isMadeOfOwn(object)) own.set(object.metadata.uid, object);
  const objects = [...own.values()];
  return { objects, namespaces, pods: objects.filter(isPod), has: (uid) => uid !== undefined && own.has(uid) };
}

function hasLabelOf(run: string): IsOwn {
  return ({ metadata }) => metadata.labels?.[runLabel] === run;
}

function isPod(object: KubernetesObject): object is Pod {
  return object.kind === 'Pod' && object.apiVersion === 'v1';
}

function placeOf({ metadata }: Pick<KubernetesObject, 'metadata'>): string {
  return `${metadata.namespace}/${metadata.name}`;
}

async function listMade(client: KubeClient, namespace: string): Promise<readonly KubernetesObject[]> {
  const kinds = made.flatMap((kind) =>
    client.mapper.resources.filter(
      (resource) => resource.kind === kind && resource.subresource === undefined && resource.verbs.includes('list'),
    ),
  );
  return (await Promise.all(kinds.map(({ apiVersion, kind }) => client.list({ apiVersion, kind, namespace })))).flat();
}

export interface Event extends KubernetesObject {
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
}

/** Whether an event is about an object of the run, or about a deleted object in one of its namespaces. */
export function isOwnEvent({ involvedObject: { uid, namespace = '' } }: Event, own: Pick<Own, 'has' | 'namespaces'>): boolean {
  return own.has(uid) || own.namespaces.has(namespace);
}

export function eventLine({ lastTimestamp, eventTime, metadata, type, reason, message, involvedObject }: Event): string {
  const when = lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
  const { kind, namespace = '', name } = involvedObject;
  return `${when} ${type} ${kind} ${namespace}/${name} ${reason}: ${message}`;
}
