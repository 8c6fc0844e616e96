import type { KubernetesObject, ObjectMeta } from './object.ts';

/** The kinds whose payload somebody may have put a secret into, and which no table reads. */
const payloadKinds = new Set(['Secret', 'ConfigMap']);

/** Where kubectl keeps the object as it was applied: whole, a Secret's values with it. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object without what others note in its metadata: who wrote which field, and a copy of what was applied. */
export function withoutBookkeeping<O extends KubernetesObject>(object: O): O {
  const { managedFields: _, annotations, ...metadata } = object.metadata as ObjectMeta & { readonly managedFields?: unknown };
  if (annotations === undefined) return { ...object, metadata };
  const { [lastApplied]: __, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}

/** The object without the record of who wrote which field, and without the payload of a Secret or ConfigMap. */
export function withoutPayload<O extends KubernetesObject>(object: O): O {
  const { managedFields: _, ...metadata } = object.metadata as ObjectMeta & { readonly managedFields?: unknown };
  if (!payloadKinds.has(object.kind)) return { ...object, metadata };
  const { data: __, stringData: ___, binaryData: ____, ...rest } = object as O & Record<string, unknown>;
  return { ...rest, metadata } as unknown as O;
}
