import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { possibleReadsOf, type Readable, readsOf } from '../../helpers/exporter/reads.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import { grants } from '../../helpers/kube/grants.ts';
import { formatPermission, type Permission, readPermissions, reviewPermissions } from '../../helpers/kube/permission.ts';
import { permissionsOf } from '../../helpers/kube/rules-review.ts';
import type { Binding, PolicyRule, Role } from '../../helpers/kube/workload.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';

type Needed = Pick<RequirementContext, 'client' | 'target' | 'profile'>;

/** A rule that a binding gives to the exporter's ServiceAccount. */
interface Grant {
  readonly rule: PolicyRule;
  /** Where it holds; absent for the whole cluster. */
  readonly namespace?: string;
  /** Whether every ServiceAccount has it as well. */
  readonly everyones: boolean;
}

const RBAC = 'rbac.authorization.k8s.io/v1';

/** Of what the exporter reads, what no role lets its ServiceAccount list or watch, as the objects of RBAC say it. */
export async function notGranted(context: Needed): Promise<{ readonly findings: readonly string[]; readonly asked: number }> {
  const all = await grantsOf(context);
  const needed = readsOf(context.target).flatMap((readable) => whereItIsRead(context, readable));
  const allows = ({ permission, namespace }: Place) =>
    all.some((one) => (one.namespace ?? namespace) === namespace && grants(one.rule, permission));
  return { findings: needed.filter((place) => !allows(place)).map(describe), asked: needed.length };
}

/** What roles give to the exporter's ServiceAccount, and not to every one, beyond what its release can make use of. */
export async function grantedBesides(context: Needed): Promise<readonly string[]> {
  const { profile, target } = context;
  const usable = profile.mayRead === 'reads' ? readsOf(target) : possibleReadsOf(target);
  const needed = new Set([...readPermissions(usable), ...reviewPermissions].map(formatPermission));
  const own = (await grantsOf(context)).filter(({ everyones }) => !everyones);
  const besides = own.flatMap(({ rule, namespace }) => {
    const { verbs, nonResourceURLs = [] } = rule;
    const written = permissionsOf({ resourceRules: [rule], nonResourceRules: [{ verbs, nonResourceURLs }] });
    const where = namespace === undefined ? '' : ` in the namespace ${namespace}`;
    return [...written.keys()].filter((what) => !needed.has(what)).map((what) => `${what}${where}`);
  });
  return [...new Set(besides)];
}

interface Place {
  readonly permission: Permission;
  readonly namespace?: string;
}

/** What it takes to read a resource: everywhere, or in each namespace that the exporter is told to look at. */
function whereItIsRead({ client, target }: Needed, readable: Readable): readonly Place[] {
  const { namespaces } = parseExporterArguments(target.arguments);
  const permissions = readPermissions([readable]);
  const served = client.mapper.resources.find(({ group, name }) => group === readable.group && name === readable.resource);
  if (!namespaces || !served?.namespaced) return permissions.map((permission) => ({ permission }));
  return [...namespaces].flatMap((namespace) => permissions.map((permission) => ({ permission, namespace })));
}

function describe({ permission, namespace }: Place): string {
  return `${formatPermission(permission)}${namespace === undefined ? '' : ` in the namespace ${namespace}`}`;
}

const grantsOf = memoizePerContext(async ({ client, target }: Needed): Promise<readonly Grant[]> => {
  const [bindings, everywhere, roles, clusterRoles] = await Promise.all([
    list<Binding>(client, 'RoleBinding'),
    list<Binding>(client, 'ClusterRoleBinding'),
    list<Role>(client, 'Role'),
    list<Role>(client, 'ClusterRole'),
  ]);
  const account = { namespace: target.namespace, name: target.serviceAccountName };
  return [...bindings, ...everywhere].flatMap((binding) => {
    const held = holders(binding, account);
    if (!held) return [];
    const { kind, name } = binding.roleRef;
    const { namespace } = binding.metadata;
    const role =
      kind === 'ClusterRole'
        ? clusterRoles.find(({ metadata }) => metadata.name === name)
        : roles.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    const where = namespace === undefined ? {} : { namespace };
    return (role?.rules ?? []).map((rule) => ({ rule, ...where, everyones: held === 'everybody' }));
  });
});

function list<O extends Binding | Role>(client: KubeClient, kind: string): Promise<readonly O[]> {
  return client.list<O>({ apiVersion: RBAC, kind });
}

/** To whom a binding gives a role, as far as the account is concerned. Source: Kubernetes, RBAC: referring to subjects. */
function holders({ subjects = [] }: Binding, { namespace, name }: { namespace: string; name: string }) {
  const user = `system:serviceaccount:${namespace}:${name}`;
  const isIts = subjects.some(
    (subject) =>
      (subject.kind === 'ServiceAccount' && subject.namespace === namespace && subject.name === name) ||
      (subject.kind === 'User' && subject.name === user) ||
      (subject.kind === 'Group' && subject.name === `system:serviceaccounts:${namespace}`),
  );
  if (isIts) return 'its own';
  const everybody = ['system:serviceaccounts', 'system:authenticated'];
  return subjects.some((subject) => subject.kind === 'Group' && everybody.includes(subject.name)) ? 'everybody' : undefined;
}
