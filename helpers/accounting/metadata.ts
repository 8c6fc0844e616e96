import type { KubernetesObject } from '../kube/object.ts';
import { type Expected, value } from './table.ts';
import { unixTime } from './time.ts';

/** When the object was created, in seconds since 1970. */
export function created(object: KubernetesObject): readonly Expected[] {
  return value(unixTime(object.metadata.creationTimestamp));
}

/** When the object was asked to go, in seconds since 1970; no sample of one that was not. */
export function deletionTimestamp(object: KubernetesObject): readonly Expected[] {
  return value(unixTime(object.metadata.deletionTimestamp));
}

/** The generation of the object's spec; 0 where the API server keeps none. */
export function generation(object: KubernetesObject): readonly Expected[] {
  return value(object.metadata.generation ?? 0);
}

/** The resource version as a number; no sample of one that is not a number, which Kubernetes allows. */
export function resourceVersion(object: KubernetesObject): readonly Expected[] {
  const text = object.metadata.resourceVersion ?? '';
  return value(/^\d+$/.test(text) ? Number(text) : undefined);
}

/** The labels that the samples of a resource begin with: the namespace, empty where there is none, and the name as `label`. */
export function namespaceAndName(label: string): (object: KubernetesObject) => Record<string, string> {
  return ({ metadata }) => ({ namespace: metadata.namespace ?? '', [label]: metadata.name });
}
