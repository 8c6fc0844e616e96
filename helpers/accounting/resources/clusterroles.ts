import { roleFamilies } from '../rbac.ts';
import type { ResourceTable } from '../table.ts';

export const clusterRoles: ResourceTable = {
  resource: 'clusterroles',
  namespaced: false,
  isDefault: () => false,
  since: '2.6',
  reads: () => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' }),
  labels: ({ metadata }) => ({ clusterrole: metadata.name }),
  families: roleFamilies('clusterroles', 'kube_clusterrole'),
};
