import { namespaceAndName } from '../metadata.ts';
import { type Binding, bindingFamilies } from '../rbac.ts';
import type { ResourceTable } from '../table.ts';

export const roleBindings: ResourceTable<Binding> = {
  resource: 'rolebindings',
  namespaced: true,
  isDefault: () => false,
  since: '2.6',
  reads: () => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding' }),
  labels: namespaceAndName('rolebinding'),
  families: bindingFamilies('rolebindings', 'kube_rolebinding'),
};
