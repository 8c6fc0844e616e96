import type { RawObject } from '../../helpers/kube/object.ts';
import type { Binding, PolicyRule, Workload } from '../../helpers/kube/workload.ts';
import { customResourceState, rules, set, withoutRuleOf } from '../../helpers/suite/mutant/changes.ts';
import type { Interference } from '../../helpers/suite/mutant/interference.ts';
import { type Change, mutant } from '../../helpers/suite/mutant/mutant.ts';
import { answers, type Loose, objects } from '../../helpers/suite/mutant/scrapes.ts';

/** Answers every list of a collection that is requested with a token with no objects. */
const emptyList = (collection: string) => (): Interference =>
  objects(
    ({ path, headers, query }) => path === collection && headers.authorization !== undefined && !query.has('watch'),
    (list) => {
      list.items = [];
    },
  );

/** Answers every SelfSubjectAccessReview with a denial until the Deployment is applied. */
function denyUntilDeployment(): Interference {
  let isApplied = false;
  const denying = objects(
    ({ path }) => !isApplied && path.endsWith('/selfsubjectaccessreviews'),
    (review) => Object.assign(review.status as object, { allowed: false }),
  );
  return {
    answer: (passing) => {
      isApplied ||= passing.method === 'PATCH' && passing.path.includes('/deployments/');
      return denying.answer?.(passing);
    },
  };
}

/** Adds to the exporter's log the line that the exporter writes when a list is forbidden. */
function logForbiddenList(): Interference {
  const line = 'E0102 10:00:00.000000 1 reflector.go:138] Failed to watch *v1.Pod: failed to list *v1.Pod: pods is forbidden\n';
  return answers(
    ({ path }) => path.endsWith('/log') && path.includes('kube-state-metrics-'),
    (answer) => ({ ...answer, body: answer.body + line }),
  );
}

/** Alters the exporter's ClusterRole in lists that are requested without a token; the permissions of the account are unchanged. */
const listedRoles = (alter: (policyRules: PolicyRule[]) => void) => (): Interference =>
  objects(
    ({ method, path, headers }) => method === 'GET' && path.endsWith('/clusterroles') && headers.authorization === undefined,
    ({ items }) => {
      for (const role of items as (Loose & { rules: PolicyRule[] })[]) {
        if (role.metadata.name.includes('kube-state-metrics')) alter(role.rules);
      }
    },
  );

const second = (name: string) => `${name}-second`;

/** Divides the objects between two Deployments, of which the second has a ServiceAccount of its own with another role. */
const secondAccount =
  (edit: (policyRules: PolicyRule[]) => void): Change =>
  (objects) =>
    objects.flatMap((object) => {
      if (object.kind === 'Deployment') return [shardOf(object as Workload, 0), shardOf(object as Workload, 1)];
      if (!['ServiceAccount', 'ClusterRole', 'ClusterRoleBinding'].includes(object.kind)) return [object];
      const copy = structuredClone(object);
      const renamed = { ...copy, metadata: { ...copy.metadata, name: second(copy.metadata.name) } };
      if (object.kind === 'ClusterRole') edit((renamed as unknown as { rules: PolicyRule[] }).rules);
      if (object.kind !== 'ClusterRoleBinding') return [object, renamed];
      const { roleRef, subjects = [] } = copy as Binding;
      const bound = subjects.map((subject) => ({ ...subject, name: second(subject.name) }));
      return [object, { ...renamed, roleRef: { ...roleRef, name: second(roleRef.name) }, subjects: bound }];
    });

function shardOf({ metadata, spec, ...deployment }: Workload, ordinal: 0 | 1): RawObject {
  const { template, selector } = spec;
  const label = { 'kube-state-metrics.io/shard': String(ordinal) };
  const account = template.spec.serviceAccountName ?? 'default';
  const own = ordinal === 0 ? {} : { serviceAccountName: second(account) };
  const containers = template.spec.containers.map((container) => ({
    ...container,
    args: [...(container.args ?? []), `--shard=${ordinal}`, '--total-shards=2'],
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { memory: '128Mi' } },
  }));
  return {
    ...deployment,
    metadata: ordinal === 0 ? metadata : { ...metadata, name: second(metadata.name) },
    spec: {
      ...spec,
      selector: { matchLabels: { ...selector?.matchLabels, ...label } },
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...label } },
        spec: { ...template.spec, ...own, containers },
      },
    },
  };
}

export const accessMutants = [
  mutant('second-account-lacks-leases', {
    sentence: 'The role of the second shard’s own ServiceAccount lacks the rule for leases.',
    target: 'current',
    change: secondAccount(withoutRuleOf('leases')),
    fails: ['access/lists-and-watches-what-it-reads'],
  }),
  mutant('second-account-may-delete-pods', {
    sentence: 'The second shard’s own ServiceAccount may also delete pods.',
    target: 'current',
    change: secondAccount((policyRules) => policyRules.push({ apiGroups: [''], resources: ['pods'], verbs: ['delete'] })),
    fails: ['access/denies-writes'],
    verifies: ['manifests/binding-names-the-account'],
  }),
  mutant('custom-resource-may-not-be-listed', {
    sentence: 'The role may watch the custom resource of the configuration, and may not list it.',
    target: 'current',
    change: customResourceState(['watch']),
    fails: ['access/lists-and-watches-what-it-reads'],
    verifies: ['exposition/custom-resources'],
  }),
  mutant('group-of-a-rule-is-misspelt', {
    sentence: 'The group of a rule is misspelt, so that a permission is missing and another one is granted.',
    change: rules((policyRules) =>
      set(
        policyRules.filter(({ apiGroups }) => apiGroups?.includes('apps')),
        { apiGroups: ['app'] },
      ),
    ),
    fails: ['access/lists-and-watches-what-it-reads', 'access/reads-nothing-else'],
  }),
  mutant('list-is-empty', {
    sentence: 'The list of ConfigMaps is allowed and returns no object.',
    proxy: emptyList('/api/v1/configmaps'),
    fails: ['access/lists-and-watches-answer'],
  }),
  mutant('log-has-a-forbidden-list', {
    sentence: "The exporter's log contains a list that was forbidden.",
    proxy: logForbiddenList,
    fails: ['access/log-without-forbidden'],
  }),
  mutant('role-is-bound-late', {
    sentence: 'The role takes effect only after the Deployment has been applied.',
    proxy: denyUntilDeployment,
    fromTheStart: true,
    fails: ['access/in-force-before-the-deployment'],
  }),
  mutant('listed-role-lacks-leases', {
    sentence: 'The role, as it is listed, has no rule for leases.',
    proxy: listedRoles(withoutRuleOf('leases')),
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
    change: rules((policyRules) =>
      policyRules.push({ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['bind'] }),
    ),
    fails: ['access/denies-escalation'],
  }),
  mutant('role-may-delete-pods', {
    sentence: 'The role may also delete pods.',
    change: rules((policyRules) => policyRules.push({ apiGroups: [''], resources: ['pods'], verbs: ['delete'] })),
    fails: ['access/denies-writes'],
  }),
  mutant('role-may-use-every-verb-on-pods', {
    sentence: 'The role may use every verb on pods.',
    change: rules((policyRules) => policyRules.push({ apiGroups: [''], resources: ['pods'], verbs: ['*'] })),
    fails: ['access/denies-writes', 'access/reads-nothing-else'],
  }),
  mutant('role-may-do-everything', {
    sentence: 'The role may do everything.',
    change: rules((policyRules) => policyRules.push({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] })),
    fails: ['access/denies-writes', 'access/reads-nothing-else', 'access/denies-escalation'],
  }),
  mutant('role-may-evict', {
    sentence: 'The role may also evict pods, which is a write to a subresource.',
    change: rules((policyRules) => policyRules.push({ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] })),
    fails: ['access/denies-writes'],
  }),
  mutant('role-may-get-secrets', {
    sentence: 'The role may also get Secrets by name.',
    change: rules((policyRules) => policyRules.push({ apiGroups: [''], resources: ['secrets'], verbs: ['get'] })),
    fails: ['access/reads-nothing-else'],
  }),
  mutant('role-may-impersonate', {
    sentence: 'The role may impersonate users.',
    change: rules((policyRules) => policyRules.push({ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] })),
    fails: ['access/denies-escalation'],
  }),
  mutant('role-may-list-roles', {
    sentence: 'The role may also list roles, which the exporter does not read.',
    change: rules((policyRules) =>
      policyRules.push({ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['list'] }),
    ),
    fails: ['access/reads-nothing-else'],
  }),
  mutant('role-may-not-watch-jobs', {
    sentence: 'The role may list Jobs but not watch them.',
    change: rules((policyRules) =>
      set(
        policyRules.filter(({ apiGroups }) => apiGroups?.includes('batch')),
        { verbs: ['list'] },
      ),
    ),
    fails: ['access/lists-and-watches-what-it-reads'],
  }),
  mutant('role-may-read-logs', {
    sentence: 'The role may also read the logs of pods.',
    change: rules((policyRules) => policyRules.push({ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] })),
    fails: ['access/reads-nothing-else'],
  }),
  mutant('role-lacks-token-reviews', {
    sentence: 'The role lacks the rule for token reviews.',
    change: rules(withoutRuleOf('tokenreviews')),
    fails: ['access/creates-reviews'],
  }),
  mutant('listed-role-may-delete-nodes', {
    sentence: 'The role, as it is listed, may also delete nodes.',
    proxy: listedRoles((policyRules) => policyRules.push({ apiGroups: [''], resources: ['nodes'], verbs: ['delete'] })),
    fails: ['access/roles-grant-nothing-else'],
  }),
];
