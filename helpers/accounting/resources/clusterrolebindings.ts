import { type Binding, bindingFamilies } from '../rbac.ts';
import type { ResourceTable } from '../table.ts';

export const clusterRoleBindings: ResourceTable<Binding> = {
  resource: 'clusterrolebindings',
  namespaced: false,
  isDefault: () => false,
  since: '2.6',
  reads: () => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding' }),
  labels: ({ metadata }) => ({ clusterrolebinding: metadata.name }),
  families: bindingFamilies('clusterrolebindings', 'kube_clusterrolebinding'),
};
