/** The fields of every object of the Kubernetes API, as in its JSON. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** An object with any further fields of its kind, for objects that are only sent. */
export type RawObject = KubernetesObject & Readonly<Record<string, unknown>>;

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly OwnerReference[];
  readonly finalizers?: readonly string[];
}

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

/** Whether an object is owned by one of this kind and name. */
export function ownedBy({ metadata }: KubernetesObject, kind: string, name: string): boolean {
  return metadata.ownerReferences?.some((owner) => owner.kind === kind && owner.name === name) ?? false;
}

/** The kinds whose payload may hold a secret, and which no table of the catalogue reads. */
const payloadKinds = new Set(['Secret', 'ConfigMap']);

/** The annotation with the object as kubectl applied it, including a Secret's values. */
export const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object without `managedFields` and without kubectl's last applied configuration. */
export function withoutBookkeeping<O extends KubernetesObject>(object: O): O {
  const { managedFields: _, annotations, ...metadata } = object.metadata as ObjectMeta & { readonly managedFields?: unknown };
  if (annotations === undefined) return { ...object, metadata };
  const { [lastApplied]: __, ...kept } = annotations;
  return { ...object, metadata: { ...metadata, annotations: kept } };
}

/** The object without `managedFields`, and without the payload of a Secret or ConfigMap. */
export function withoutPayload<O extends KubernetesObject>(object: O): O {
  const { managedFields: _, ...metadata } = object.metadata as ObjectMeta & { readonly managedFields?: unknown };
  if (!payloadKinds.has(object.kind)) return { ...object, metadata };
  const { data: __, stringData: ___, binaryData: ____, ...rest } = object as O & Record<string, unknown>;
  return { ...rest, metadata } as unknown as O;
}
