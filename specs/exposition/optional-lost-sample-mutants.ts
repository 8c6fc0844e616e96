import { argument, combined, rules } from '../../helpers/suite/mutant/changes.ts';
import { type Mutant, mutant } from '../../helpers/suite/mutant/mutant.ts';
import type { Setting } from '../../helpers/suite/mutant/setting.ts';
import { lostSampleOf } from './lost-sample.ts';

const rbac = 'rbac.authorization.k8s.io';

/** What the current release exposes only when it is told to: the resource, its group and its kind. */
const resources: readonly (readonly [resource: string, group: string, kind: string])[] = [
  ['endpointslices', 'discovery.k8s.io', 'EndpointSlice'],
  ['ingressclasses', 'networking.k8s.io', 'IngressClass'],
  ['serviceaccounts', '', 'ServiceAccount'],
  ['clusterroles', rbac, 'ClusterRole'],
  ['clusterrolebindings', rbac, 'ClusterRoleBinding'],
  ['roles', rbac, 'Role'],
  ['rolebindings', rbac, 'RoleBinding'],
];

const admission = 'admissionregistration.k8s.io';

/** What only later releases of Kubernetes serve. */
const later: typeof resources = [
  ['validatingadmissionpolicies', admission, 'ValidatingAdmissionPolicy'],
  ['validatingadmissionpolicybindings', admission, 'ValidatingAdmissionPolicyBinding'],
];

/** For each of them the exporter that reads nothing else, and loses one sample of it. */
export const optionalLostSampleMutants = [...resources, ...later].map(([resource, group, kind]) => {
  const setting = later.some(([name]) => name === resource) ? { kubernetes: 'v1.34.1' } : {};
  return lacking(resource, group, kind, setting);
});

function lacking(resource: string, group: string, kind: string, setting: Setting): Mutant {
  return mutant(`loses-a-sample-of-${resource}`, {
    sentence: `The current release, told to read ${resource}, loses one sample of a ${kind}.`,
    target: 'current',
    setting,
    change: combined(
      argument(`--resources=${resource}`),
      rules((role) => role.push({ apiGroups: [group], resources: [resource], verbs: ['list', 'watch'] })),
    ),
    proxy: lostSampleOf(resource),
    fails: [`exposition/${kind.toLowerCase()}`],
  });
}
