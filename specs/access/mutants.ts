import { rules, set, withoutRuleOf } from '../../helpers/suite/mutant/changes.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { deniedUntilTheDeployment, emptyList, forbiddenInTheLog } from './denials.ts';
import { rolesAsListed } from './roles-as-listed.ts';

export const accessMutants = [
  mutant('group-of-a-rule-is-misspelt', {
    sentence: 'The group of a rule is misspelt, so that a right is missing and another is there.',
    change: rules((all) =>
      set(
        all.filter(({ apiGroups }) => apiGroups?.includes('apps')),
        { apiGroups: ['app'] },
      ),
    ),
    fails: ['access/lists-and-watches-what-it-reads', 'access/reads-nothing-else'],
  }),
  mutant('list-is-answered-with-nothing', {
    sentence: 'The list of config maps is allowed, and answered without any.',
    proxy: emptyList('/api/v1/configmaps'),
    fails: ['access/lists-and-watches-answer'],
  }),
  mutant('log-tells-of-a-forbidden-list', {
    sentence: "The exporter's log tells of a list that was forbidden.",
    proxy: forbiddenInTheLog,
    fails: ['access/log-without-forbidden'],
  }),
  mutant('role-comes-late', {
    sentence: 'The role is in force only once the Deployment has been applied.',
    proxy: deniedUntilTheDeployment,
    fromTheStart: true,
    fails: ['access/in-force-before-the-deployment'],
  }),
  mutant('role-does-not-say-leases', {
    sentence: 'The role, as it is written, does not say leases.',
    proxy: rolesAsListed(withoutRuleOf('leases')),
    fails: ['access/roles-grant-what-it-reads'],
  }),
  mutant('role-lacks-leases', {
    sentence: 'The role lacks the rule for leases.',
    change: rules(withoutRuleOf('leases')),
    fails: ['access/lists-and-watches-what-it-reads'],
    verifies: ['endpoints'],
  }),
  mutant('role-may-bind-roles', {
    sentence: 'The role may bind every role.',
    change: rules((all) => all.push({ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['bind'] })),
    fails: ['access/denies-escalation'],
  }),
  mutant('role-may-delete-pods', {
    sentence: 'The role may also delete pods.',
    change: rules((all) => all.push({ apiGroups: [''], resources: ['pods'], verbs: ['delete'] })),
    fails: ['access/denies-writes'],
  }),
  mutant('role-may-do-everything-with-pods', {
    sentence: 'The role may do everything with pods.',
    change: rules((all) => all.push({ apiGroups: [''], resources: ['pods'], verbs: ['*'] })),
    fails: ['access/denies-writes', 'access/reads-nothing-else'],
  }),
  mutant('role-may-do-everything', {
    sentence: 'The role may do everything.',
    change: rules((all) => all.push({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] })),
    fails: ['access/denies-writes', 'access/reads-nothing-else', 'access/denies-escalation'],
  }),
  mutant('role-may-evict', {
    sentence: 'The role may also evict pods, which is a write to a subresource.',
    change: rules((all) => all.push({ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] })),
    fails: ['access/denies-writes'],
  }),
  mutant('role-may-get-secrets', {
    sentence: 'The role may also get single secrets.',
    change: rules((all) => all.push({ apiGroups: [''], resources: ['secrets'], verbs: ['get'] })),
    fails: ['access/reads-nothing-else'],
  }),
  mutant('role-may-impersonate', {
    sentence: 'The role may impersonate users.',
    change: rules((all) => all.push({ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] })),
    fails: ['access/denies-escalation'],
  }),
  mutant('role-may-list-roles', {
    sentence: 'The role may also list roles, which the exporter does not read.',
    change: rules((all) => all.push({ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['list'] })),
    fails: ['access/reads-nothing-else'],
  }),
  mutant('role-may-not-watch-jobs', {
    sentence: 'The role may list jobs, and not watch them.',
    change: rules((all) =>
      set(
        all.filter(({ apiGroups }) => apiGroups?.includes('batch')),
        { verbs: ['list'] },
      ),
    ),
    fails: ['access/lists-and-watches-what-it-reads'],
  }),
  mutant('role-may-read-logs', {
    sentence: 'The role may also read the logs of pods.',
    change: rules((all) => all.push({ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] })),
    fails: ['access/reads-nothing-else'],
  }),
  mutant('role-may-review-no-tokens', {
    sentence: 'The role lacks the rule for token reviews.',
    change: rules(withoutRuleOf('tokenreviews')),
    fails: ['access/creates-reviews'],
  }),
  mutant('role-says-more', {
    sentence: 'The role, as it is written, says that nodes may be deleted.',
    proxy: rolesAsListed((all) => all.push({ apiGroups: [''], resources: ['nodes'], verbs: ['delete'] })),
    fails: ['access/roles-grant-nothing-else'],
  }),
];
