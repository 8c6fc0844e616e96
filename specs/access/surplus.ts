import pMap from 'p-map';
import { namespacesRead, possibleReadsOf, type Readable, readsOf } from '../../helpers/exporter/reads.ts';
import { findsOwnShard } from '../../helpers/exporter/shares.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import { allowedPermissions, requestsInFlight, rulesIn } from '../../helpers/kube/access-review.ts';
import {
  allPermissions,
  formatPermission,
  formatScoped,
  type GrantedPermission,
  type Purpose,
  permissionsOf,
  purposeOf,
  readPermissions,
  reviewPermissions,
  type ScopedPermission,
} from '../../helpers/kube/permission.ts';
import type { ResourceMapper } from '../../helpers/kube/reference.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { controlAccount, exportersAccount } from './account.ts';

type Needed = Pick<RequirementContext, 'client' | 'target' | 'scratch' | 'profile' | 'run' | 'workloads'>;

interface Review {
  /** The permissions of the exporter's account that it does not need and that not every account has. */
  readonly surplus: readonly GrantedPermission[];
  /** Unneeded permissions that every ServiceAccount has: `get selfsubjectreviews.authentication.k8s.io`. */
  readonly commonPermissions: ReadonlySet<string>;
  /** The number of permissions that the API server reviewed. */
  readonly reviewed: number;
}

/**
 * The permissions to list and watch that the profile requires of the account, or allows it at most: where each of its workloads reads, in the
 * whole cluster or in the namespaces of `--namespaces`.
 */
export function promisedReads(
  bound: 'required' | 'allowed',
  { client: { mapper }, profile, workloads }: Pick<RequirementContext, 'client' | 'profile' | 'workloads'>,
): readonly ScopedPermission[] {
  const reads = profile.permissions[bound] === 'reads' ? readsOf : possibleReadsOf;
  return permissionsToRead(mapper, workloads, (target) => reads(target, mapper));
}

/** The permissions to list and watch what each workload reads, where it reads it, each permission once. */
export function permissionsToRead(
  mapper: ResourceMapper,
  workloads: RequirementContext['workloads'],
  readsBy: (target: Target) => readonly Readable[],
): readonly ScopedPermission[] {
  const permissions = workloads.flatMap(({ target }) =>
    readsBy(target).flatMap((readable) =>
      namespacesRead(target, readable, mapper).flatMap((namespace) =>
        readPermissions([readable]).map((permission) => ({ ...permission, ...(namespace !== undefined && { namespace }) })),
      ),
    ),
  );
  return [...new Map(permissions.map((permission) => [formatScoped(permission), permission])).values()];
}

/** The permissions of the exporter's account for a purpose that it does not need and that not every account has, a line each. */
export async function surplusOf(
  purpose: Purpose,
  context: Needed,
): Promise<{ readonly findings: readonly string[]; readonly reviewed: number }> {
  const { surplus, reviewed } = await reviewOnce(context);
  return { findings: surplus.filter((permission) => permission.purpose === purpose).map(({ what }) => what), reviewed };
}

/** The permissions that the account needs, and those that every ServiceAccount has. */
export async function rightfulPermissions(context: Needed): Promise<ReadonlySet<string>> {
  const { commonPermissions } = await reviewOnce(context);
  return new Set([...neededPermissions(context), ...commonPermissions]);
}

const reviewOnce = memoizePerContext(review);

function neededPermissions(context: Needed): ReadonlySet<string> {
  const everywhere = [...promisedReads('allowed', context), ...reviewPermissions].map(formatPermission);
  return new Set([...everywhere, ...ownShardPermissions(context)]);
}

/**
 * What the account needs in its own namespace for pods that find their shards: its pod, and the StatefulSet of that, which the exporter gets
 * once, and then lists and watches by its name.
 * Source: kube-state-metrics, README: automated sharding; examples/autosharding; pkg/metricshandler
 */
export function ownShardPermissions({ workloads }: Pick<RequirementContext, 'workloads'>): readonly string[] {
  const automatic = workloads.filter(({ target }) => findsOwnShard(target.container));
  return automatic.flatMap(({ target: { workload } }) => [
    'get pods',
    ...['get', 'list', 'watch'].map((verb) => `${verb} statefulsets.apps "${workload.metadata.name}"`),
  ]);
}

/**
 * Has every unneeded permission reviewed by the API server, and adds those of the account's own list of rules, which also covers other
 * namespaces, single names and custom verbs. That list may be incomplete, so it only adds permissions.
 */
async function review(context: Needed): Promise<Review> {
  const needed = neededPermissions(context);
  const questions = allPermissions(context.run.apiResources, context.target.namespace).filter(
    (permission) => !needed.has(formatPermission(permission)),
  );
  const [exporter, control] = await Promise.all([exportersAccount(context), controlAccount(context)]);
  const granted = await allowedPermissions(exporter.client, questions);
  const commonPermissions = new Set((await allowedPermissions(control.client, granted)).map(formatPermission));
  const reviewed = granted
    .map((permission) => ({ what: formatPermission(permission), purpose: purposeOf(permission.verb) }))
    .filter(({ what }) => !commonPermissions.has(what));
  const listed = await listedSurplus(context, needed);
  const surplus = new Map([...listed, ...reviewed].map((permission) => [permission.what, permission]));
  return { surplus: [...surplus.values()], commonPermissions, reviewed: questions.length };
}

async function listedSurplus(context: Needed, needed: ReadonlySet<string>): Promise<readonly GrantedPermission[]> {
  const { client, target } = context;
  const [exporter, control] = await Promise.all([exportersAccount(context), controlAccount(context)]);
  const namespaces = (await client.list({ apiVersion: 'v1', kind: 'Namespace' })).map(({ metadata }) => metadata.name);
  const common = permissionsOf(await rulesIn(control.client, target.namespace));
  const own = permissionsOf(await rulesIn(exporter.client, target.namespace));
  const otherNamespaces = namespaces.filter((name) => name !== target.namespace);
  const elsewhere = await pMap(
    otherNamespaces,
    async (namespace) => {
      const permissions = permissionsOf(await rulesIn(exporter.client, namespace));
      return [...permissions.values()].filter(({ what }) => !own.has(what)).map((permission) => ({ ...permission, namespace }));
    },
    { concurrency: requestsInFlight },
  );
  const surplus = [...own.values(), ...elsewhere.flat()].filter(({ what }) => !needed.has(what) && !common.has(what));
  return surplus.map((permission) =>
    'namespace' in permission
      ? { ...permission, what: `${permission.what} in the namespace ${permission.namespace}` }
      : permission,
  );
}
