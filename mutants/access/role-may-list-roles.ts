import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayListRoles = mutant({
  sentence: 'The role may also list roles, which the exporter does not read.',
  change: rules((all) => all.push({ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['list'] })),
  fails: ['access/reads-nothing-else'],
});
