import type { KubernetesObject } from '../kube/object.ts';
import type { Binding, Role } from '../kube/workload.ts';

/** Every role that the manifests bind to a ServiceAccount. */
export interface Access {
  readonly bindings: readonly Binding[];
  /** The bound roles, as far as the manifests hold them. */
  readonly roles: readonly Role[];
}

/** Finds the bindings with the ServiceAccount among their subjects, and their roles. */
export function accessOf(objects: readonly KubernetesObject[], account: { name: string; namespace: string }): Access {
  const isBinding = (object: KubernetesObject): object is Binding =>
    object.kind === 'ClusterRoleBinding' || object.kind === 'RoleBinding';
  const bindings = objects
    .filter(isBinding)
    .filter(({ subjects = [] }) =>
      subjects.some(
        ({ kind, name, namespace }) => kind === 'ServiceAccount' && name === account.name && namespace === account.namespace,
      ),
    );
  const isBound = (object: KubernetesObject): object is Role => bindings.some((binding) => binds(binding, object));
  return { bindings, roles: objects.filter(isBound) };
}

function binds({ roleRef, metadata }: Binding, { kind, metadata: { name, namespace } }: KubernetesObject): boolean {
  const sameNamespace = kind === 'ClusterRole' || namespace === metadata.namespace;
  return (kind === 'ClusterRole' || kind === 'Role') && kind === roleRef.kind && name === roleRef.name && sameNamespace;
}
