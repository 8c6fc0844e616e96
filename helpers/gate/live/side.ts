import { deriveTarget, type Target } from '../../exporter/target.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { Binding, Deployment } from '../../kube/workload.ts';

/** The image that runs, and the one that may replace it. */
export type SideName = 'old' | 'new';

export interface SideRequest {
  readonly name: SideName;
  readonly run: string;
  /** The rendered manifests, as a user would apply them. */
  readonly manifests: readonly KubernetesObject[];
  /** A whole image, or a tag alone. */
  readonly image: string;
}

/**
 * The manifests with names of their own, so that two exporters fit into one cluster: a namespace, and a prefix for every name in it
 * and for every cluster-scoped one. Roles and accounts that the manifests only refer to keep their names.
 * @throws a UsageError when the manifests hold no Deployment of the exporter
 */
export function sideTarget({ name, run, manifests, image }: SideRequest): Target {
  const given = deriveTarget(manifests, { name, image });
  const namespace = `conformance-${run}-${name}`;
  const prefix = `gate-${run}-${name}-`;
  const objects = given.objects.filter(({ kind }) => kind !== 'Namespace');
  const renames = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const renamed = (kind: string, own: string) => (renames.has(`${kind} ${own}`) ? `${prefix}${own}` : own);
  const moved = objects.map((object) => {
    const { namespace: home, ...metadata } = object.metadata;
    const place = home === undefined ? {} : { namespace };
    return withReferences(
      { ...object, metadata: { ...metadata, ...place, name: `${prefix}${metadata.name}` } },
      renamed,
      namespace,
    );
  });
  const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  return deriveTarget([home, ...moved], { name });
}

function withReferences(
  object: KubernetesObject,
  renamed: (kind: string, own: string) => string,
  namespace: string,
): KubernetesObject {
  if (object.kind === 'ClusterRoleBinding' || object.kind === 'RoleBinding') {
    const { roleRef, subjects = [], ...rest } = object as Binding;
    return {
      ...rest,
      roleRef: { ...roleRef, name: renamed(roleRef.kind, roleRef.name) },
      subjects: subjects.map((subject) => ({ ...subject, name: renamed(subject.kind, subject.name), namespace })),
    } as KubernetesObject;
  }
  if (object.kind !== 'Deployment') return object;
  const deployment = object as Deployment;
  const { template } = deployment.spec;
  const account = template.spec.serviceAccountName;
  if (account === undefined) return deployment;
  const spec = { ...template.spec, serviceAccountName: renamed('ServiceAccount', account) };
  const changed: Deployment = { ...deployment, spec: { ...deployment.spec, template: { ...template, spec } } };
  return changed;
}
