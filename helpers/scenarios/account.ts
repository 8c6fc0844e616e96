import type { RawObject } from '../kube/object.ts';

/** The rights of the standard scrape job. Source: Prometheus, kubernetes_sd_config: what each role lists and watches. */
const rules = [{ apiGroups: [''], resources: ['endpoints', 'pods', 'services'], verbs: ['get', 'list', 'watch'] }];

/**
 * A ServiceAccount for discovery in the whole cluster.
 * @param name also the role's, which has no namespace
 */
export function discoveringAccount(namespace: string, name: string): readonly RawObject[] {
  const rbac = 'rbac.authorization.k8s.io';
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } },
    { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name }, rules },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup: rbac, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', namespace, name }],
    },
  ];
}
