import { labelled } from '../run/label.ts';
import type { ClusterChange } from './mutant.ts';

const RBAC = 'rbac.authorization.k8s.io';
const everyAccount = [{ apiGroup: RBAC, kind: 'Group', name: 'system:serviceaccounts' }];

/** Lets every ServiceAccount see what is in the cluster. */
export const everyAccountMayView: ClusterChange = async ({ client, run }) => {
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' };
  const metadata = { name: `everybody-views-${run}` };
  await client.create(
    labelled({ apiVersion: `${RBAC}/v1`, kind: 'ClusterRoleBinding', metadata, roleRef, subjects: everyAccount }, run),
  );
  return async () => undefined;
};

/** Lets every ServiceAccount ask the exporter for its exposition through the Service. */
export const everyAccountMayScrape: ClusterChange = async ({ client, target, run }) => {
  const { name, namespace } = target.service.metadata;
  const metadata = { name: 'everybody-scrapes', namespace: namespace ?? 'default' };
  const resourceNames = [`${name}:${target.ports.metrics.name}`];
  const rules = [{ apiGroups: [''], resources: ['services/proxy'], resourceNames, verbs: ['get'] }];
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: metadata.name };
  await client.create(labelled({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules }, run));
  await client.create(
    labelled({ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects: everyAccount }, run),
  );
  return async () => undefined;
};
