import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayBindRoles = mutant({
  sentence: 'The role may bind every role.',
  change: rules((all) => all.push({ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['bind'] })),
  fails: ['access/denies-escalation'],
});
