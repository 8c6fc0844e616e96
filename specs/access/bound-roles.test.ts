import { knownTargets } from '../../helpers/exporter/known.ts';
import { type Profile, profiles } from '../../helpers/exporter/profile.ts';
import { deriveTarget, type Target } from '../../helpers/exporter/target.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { grants, grantsUrl } from '../../helpers/kube/permission.ts';
import type { Binding, Role } from '../../helpers/kube/workload.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { missingGrants, surplusGrants } from './bound-roles.ts';

const rendering = knownTargets.agent.rendering();
const target = deriveTarget(rendering, { name: 'agent' });
const group = 'rbac.authorization.k8s.io';
const metadata = { name: 'further' };
const account = { kind: 'ServiceAccount', name: target.serviceAccountName, namespace: target.namespace };

const role = (kind: string, rules: Role['rules'], namespace?: string): Role => ({
  apiVersion: `${group}/v1`,
  kind,
  metadata: { ...metadata, ...(namespace && { namespace }) },
  rules: rules ?? [],
});
const binding = (kind: string, to: string, subject: object, namespace?: string) =>
  ({
    ...role(kind, [], namespace),
    roleRef: { apiGroup: group, kind: to, name: 'further' },
    subjects: [subject],
  }) as unknown as Binding;

/** A cluster with the target's own roles and further ones. */
function cluster(...more: readonly KubernetesObject[]): RequirementContext {
  const client = {
    list: async ({ kind }: { kind: string }) => [...rendering, ...more].filter((object) => object.kind === kind),
    mapper: { resources: [] },
  };
  const profile: Profile = profiles.agent;
  return contextOf(client as unknown as KubeClient, profile, target);
}

const contextOf = (client: KubeClient, profile: Profile, ...targets: readonly [Target, ...Target[]]) =>
  ({
    client,
    profile,
    target: targets[0],
    workloads: targets.map((each) => ({ target: each })),
  }) as unknown as RequirementContext;

const deletesPods = [{ apiGroups: [''], resources: ['pods'], verbs: ['delete'] }];

test('the roles of the manifests grant exactly what is read', async () => {
  const context = cluster();

  expect((await missingGrants(context)).findings).toEqual([]);
  expect(await surplusGrants(context)).toEqual([]);
});

test('without its binding the account is granted nothing that it reads', async () => {
  const context = cluster();
  const unbound = contextOf(context.client, context.profile, { ...target, serviceAccountName: 'another' });

  const { findings, permissions } = await missingGrants(unbound);

  expect(findings).toHaveLength(permissions);
  expect(findings).toContain('list pods');
});

describe('an exporter that is limited to namespaces', () => {
  const resources = [
    { group: '', name: 'pods', namespaced: true },
    { group: '', name: 'nodes', namespaced: false },
  ];
  const reading = [{ apiGroups: [''], resources: ['pods', 'nodes'], verbs: ['list', 'watch'] }];

  /** An exporter of pods and nodes in two namespaces, with these roles only. */
  const limited = (...granted: readonly KubernetesObject[]): RequirementContext => {
    const args = ['--namespaces=shop,web', '--resources=pods,nodes'];
    const client = {
      list: async ({ kind }: { kind: string }) => granted.filter((object) => object.kind === kind),
      mapper: { resources },
    };
    const profile: Profile = profiles.core;
    const own: Target = { ...target, arguments: args };
    return contextOf(client as unknown as KubeClient, profile, own);
  };
  const inNamespace = (namespace: string) => [
    role('Role', reading, namespace),
    binding('RoleBinding', 'Role', account, namespace),
  ];

  test('needs a role in each for what has a namespace, and one of the whole cluster for what has none', async () => {
    const { findings, permissions } = await missingGrants(limited(...inNamespace('shop')));

    expect(permissions).toBe(6);
    expect(findings).toEqual(['list nodes', 'watch nodes', 'list pods in the namespace web', 'watch pods in the namespace web']);
  });

  test('has enough with these, and with a role of the whole cluster', async () => {
    const everywhere = [role('ClusterRole', reading), binding('ClusterRoleBinding', 'ClusterRole', account)];

    expect((await missingGrants(limited(...everywhere))).findings).toEqual([]);
    const nodes = [role('ClusterRole', [{ ...reading[0], resources: ['nodes'], verbs: ['list', 'watch'] }]), everywhere[1]];
    expect(
      (await missingGrants(limited(...inNamespace('shop'), ...inNamespace('web'), ...(nodes as KubernetesObject[])))).findings,
    ).toEqual([]);
  });
});

test('an account needs what each of its workloads reads, where that one reads it', async () => {
  const share = (...args: readonly string[]): Target => ({ ...target, arguments: args });
  const client = { list: async () => [], mapper: { resources: [{ group: '', name: 'pods', namespaced: true }] } };
  const shares = [share('--resources=pods', '--namespaces=shop'), share('--resources=nodes')] as const;

  const { findings } = await missingGrants(contextOf(client as unknown as KubeClient, profiles.core, ...shares));

  expect(findings).toEqual(['list pods in the namespace shop', 'watch pods in the namespace shop', 'list nodes', 'watch nodes']);
});

test('a pod that finds its shard may get itself, and get, list and watch its own StatefulSet, and no other', async () => {
  const { metadata } = target.workload;
  const container = { ...target.container, args: ['--pod=$(POD_NAME)', '--pod-namespace=$(POD_NAMESPACE)'] };
  const own = role('Role', [], target.namespace);
  const rulesFor = (name: string) => [
    { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: [name], verbs: ['get', 'list', 'watch'] },
  ];
  const surplusWith = (name: string, args = container.args) => {
    const granted = [{ ...own, rules: rulesFor(name) }, binding('RoleBinding', 'Role', account, target.namespace)];
    const { client, profile } = cluster(...granted);
    return surplusGrants(contextOf(client, profile, { ...target, container: { ...container, args } }));
  };

  expect(await surplusWith(metadata.name)).toEqual([]);
  expect(await surplusWith('another')).toHaveLength(3);
  expect(await surplusWith(metadata.name, [])).toHaveLength(4);
});

test('the permissions of a second role are reported, with the namespace of its binding', async () => {
  const here = cluster(role('Role', deletesPods, 'web'), binding('RoleBinding', 'Role', account, 'web'));
  const everywhere = cluster(role('ClusterRole', deletesPods), binding('ClusterRoleBinding', 'ClusterRole', account));

  expect(await surplusGrants(here)).toEqual(['delete pods in the namespace web']);
  expect(await surplusGrants(everywhere)).toEqual(['delete pods']);
});

test('a binding reaches the account as a user and by the group of its namespace; permissions of all accounts are not surplus', async () => {
  const bound = (subject: object) =>
    surplusGrants(cluster(role('ClusterRole', deletesPods), binding('ClusterRoleBinding', 'ClusterRole', subject)));

  expect(await bound({ kind: 'User', name: `system:serviceaccount:${account.namespace}:${account.name}` })).toEqual([
    'delete pods',
  ]);
  expect(await bound({ kind: 'Group', name: `system:serviceaccounts:${account.namespace}` })).toEqual(['delete pods']);
  expect(await bound({ kind: 'Group', name: 'system:authenticated' })).toEqual([]);
});

test('a wildcard grants a subresource, and a rule for named objects does not grant the others', () => {
  const permission = { verb: 'get', group: '', resource: 'pods', subresource: 'log' };

  expect(grants({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, permission)).toBe(true);
  expect(grants({ apiGroups: [''], resources: ['*/log'], verbs: ['get'] }, permission)).toBe(true);
  expect(grants({ apiGroups: [''], resources: ['pods'], verbs: ['get'] }, permission)).toBe(false);
  expect(grants({ apiGroups: [''], resources: ['pods/log'], resourceNames: ['a'], verbs: ['get'] }, permission)).toBe(false);
  expect(
    grants({ apiGroups: [''], resources: ['pods/log'], resourceNames: ['a'], verbs: ['get'] }, { ...permission, name: 'a' }),
  ).toBe(true);
  expect(grantsUrl({ verbs: ['get'], nonResourceURLs: ['/api/*'] }, 'get', '/api/v1')).toBe(true);
});
