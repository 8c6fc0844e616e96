import type { RawObject } from '../../helpers/kube/object.ts';
import type { ClusterChange } from '../../helpers/suite/mutant/mutant.ts';

const RBAC = 'rbac.authorization.k8s.io';
const everyAccount = [{ apiGroup: RBAC, kind: 'Group', name: 'system:serviceaccounts' }];

/** Lets every ServiceAccount see what is in the cluster. */
export const everyAccountMayView: ClusterChange = async ({ objects }) => {
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' };
  const metadata = { name: `everybody-views-${objects.run}` };
  await objects.create({
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef,
    subjects: everyAccount,
  } as RawObject);
  return async () => undefined;
};

/** Lets every ServiceAccount ask the exporter for its exposition through the Service. */
export const everyAccountMayScrape: ClusterChange = async ({ target, objects }) => {
  const { name, namespace } = target.service.metadata;
  const metadata = { name: 'everybody-scrapes', namespace: namespace ?? 'default' };
  const resourceNames = [`${name}:${target.ports.metrics.name}`];
  const rules = [{ apiGroups: [''], resources: ['services/proxy'], resourceNames, verbs: ['get'] }];
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: metadata.name };
  await objects.create({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules } as RawObject);
  await objects.create({ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects: everyAccount } as RawObject);
  return async () => undefined;
};
