import type { KubernetesObject } from '../../kube/object.ts';
import { formatReference, referenceOf } from '../../kube/reference.ts';

/**
 * Of what a run has left in a cluster, those that it does not name.
 * What goes with a named object needs no name of its own: what is in a namespace, what has an owner, what controllers derive from a Service.
 * @param names what the run says of its leftovers, in whatever form: each is searched for kind, namespace and name
 */
export function unnamed(left: readonly KubernetesObject[], names: readonly unknown[]): readonly string[] {
  const texts = names.map((name) => JSON.stringify(name).toLowerCase());
  const isNamed = ({ kind, metadata }: KubernetesObject) =>
    texts.some((text) => [kind, metadata.namespace ?? '', metadata.name].every((part) => text.includes(part.toLowerCase())));
  const named = left.filter(isNamed);
  const namespaces = new Set(named.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const services = new Set(named.filter(({ kind }) => kind === 'Service').map(placeOf));
  const goesAlong = (object: KubernetesObject) =>
    namespaces.has(object.metadata.namespace ?? '') ||
    (object.metadata.ownerReferences ?? []).length > 0 ||
    (object.kind === 'Endpoints' && services.has(placeOf(object)));
  return left.filter((object) => !isNamed(object) && !goesAlong(object)).map((object) => formatReference(referenceOf(object)));
}

function placeOf({ metadata: { namespace = '', name } }: KubernetesObject): string {
  return `${namespace}/${name}`;
}
