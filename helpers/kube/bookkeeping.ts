import type { KubernetesObject, ObjectMeta } from './object.ts';

/** Where kubectl keeps the object as it was applied: whole, a Secret's values with it. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object without what others note in its metadata: who wrote which field, and a copy of what was applied. */
export function withoutBookkeeping<O extends KubernetesObject>(object: O): O {
  const { managedFields: _, annotations, ...metadata } = object.metadata as ObjectMeta & { readonly managedFields?: unknown };
  if (annotations === undefined) return { ...object, metadata };
  const { [lastApplied]: __, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}
