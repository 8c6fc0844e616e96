import type { KubernetesObject } from '../kube/object.ts';
import { type Context, type Expected, value } from './table.ts';

const GO_ZERO_TIME = Date.parse('0001-01-01T00:00:00Z');

/** The creation timestamp in seconds since 1970. */
export function created(object: KubernetesObject): readonly Expected[] {
  return value(unixTime(object.metadata.creationTimestamp));
}

/** The deletion timestamp in seconds since 1970; no sample if the object is not being deleted. */
export function deletionTimestamp(object: KubernetesObject): readonly Expected[] {
  return value(unixTime(object.metadata.deletionTimestamp));
}

/** `metadata.generation`; 0 if there is none. */
export function generation(object: KubernetesObject): readonly Expected[] {
  return value(object.metadata.generation ?? 0);
}

/** The resource version as a number; no sample if it is not a number, which Kubernetes allows. */
export function resourceVersion(object: KubernetesObject): readonly Expected[] {
  const text = object.metadata.resourceVersion ?? '';
  return value(/^\d+$/.test(text) ? Number(text) : undefined);
}

/** A table's labels: `namespace`, empty for a cluster-wide object, and the name as `label`. */
export function namespaceAndName(label: string): (object: KubernetesObject) => Record<string, string> {
  return ({ metadata }) => ({ namespace: metadata.namespace ?? '', [label]: metadata.name });
}

/** The label value for a missing owner or class: `<none>` before 2.8, empty from 2.8 on. */
export function noneLabel(context: Context): string {
  return context.since('2.8') ? '' : '<none>';
}

/** The samples of `kube_pod_owner` and the like: one per owner reference, or one with `noneLabel`. */
export function ownerSamples(object: KubernetesObject, context: Context): readonly Expected[] {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) {
    const none = noneLabel(context);
    return [{ labels: { owner_kind: none, owner_name: none, owner_is_controller: none }, value: 1 }];
  }
  return owners.map((owner) => ({
    labels: { owner_kind: owner.kind, owner_name: owner.name, owner_is_controller: String(owner.controller ?? false) },
    value: 1,
  }));
}

/**
 * An RFC 3339 time as whole seconds since 1970, as the exporter drops fractions.
 * Undefined for no time and for Go's zero time.
 * @throws an Error with the text if it is not a time.
 */
export function unixTime(text: string | null | undefined): number | undefined {
  if (text === undefined || text === null) return undefined;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new Error(`"${text}" is not a time: expected something like 2024-05-01T10:00:00Z.`);
  return milliseconds === GO_ZERO_TIME ? undefined : Math.floor(milliseconds / 1000);
}

/** The same, with Go's zero time (the first second of the year 1) for no time. */
export function unixTimeOrZero(text: string | null | undefined): number {
  return unixTime(text) ?? GO_ZERO_TIME / 1000;
}
