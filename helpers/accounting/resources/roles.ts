import { namespaceAndName } from '../metadata.ts';
import { roleFamilies } from '../rbac.ts';
import type { ResourceTable } from '../table.ts';

export const roles: ResourceTable = {
  resource: 'roles',
  namespaced: true,
  isDefault: () => false,
  since: '2.6',
  reads: () => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' }),
  labels: namespaceAndName('role'),
  families: roleFamilies('roles', 'kube_role'),
};
