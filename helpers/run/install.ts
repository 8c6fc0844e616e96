import { findWorkloads } from '../exporter/find.ts';
import { namespacesRead, type Readable, servedReads } from '../exporter/reads.ts';
import { requiresToken, scrapeRule } from '../exporter/secured.ts';
import { deriveWorkloads, type Target, workloadsByAccount } from '../exporter/target.ts';
import { allowedPermissions } from '../kube/access-review.ts';
import { refusalIn } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { OwnedObjects } from '../kube/owned/ownership.ts';
import { formatScoped, type ScopedPermission } from '../kube/permission.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import { type AccountReference, accountObjects, requestToken } from '../kube/service-account.ts';
import type { Installation } from '../suite/run-state.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';

/** How long a stored role may take to be in force. */
const rbacBudget = seconds(5);

interface InstallRequest {
  readonly objects: OwnedObjects;
  /** What this exporter lists, as far as the cluster serves it. */
  readonly reads: readonly Readable[];
  /** Runs beside it and ends before the workloads are created: fixtures that must exist before the exporter starts. */
  readonly before: () => Promise<unknown>;
}

/**
 * Installs the manifests into an existing namespace: everything but the workloads first, and the workloads when the ServiceAccount may
 * read. Objects that the API server refuses are returned, for a requirement to report.
 * @throws ObjectExists when an object of that name exists already
 */
export async function install(
  client: KubeClient,
  target: Target,
  { objects, reads, before }: InstallRequest,
): Promise<Installation> {
  const refused: { object: string; message: string }[] = [];
  const create = async (object: KubernetesObject) => {
    try {
      // Kubernetes 1.24 refuses unknown fields when an object is applied and not when it is created.
      await client.apply(object, { dryRun: true });
      await objects.create(object);
    } catch (error) {
      refused.push({ object: formatReference(referenceOf(object)), message: refusalIn(error) });
    }
  };
  const workloads = findWorkloads(target.objects);
  const createOthers = async () => {
    for (const object of target.objects) {
      // A kind that is not served is the finding of a requirement of its own, and keeps nothing else from being installed.
      if (!client.mapper.serves(object.apiVersion, object.kind)) continue;
      if (!workloads.some((workload) => workload === object) && object.kind !== 'Namespace') await create(object);
    }
    return deniedReads(client, target, reads);
  };
  const [deniedBeforeDeployment] = await allOrFailure([createOthers(), before()]);
  const scraper = requiresToken(target) ? await createScraper(objects, target) : undefined;
  for (const workload of workloads) await create(workload);
  return { refused, deniedBeforeDeployment, ...(scraper && { scraper }) };
}

/**
 * Creates the account with which the suite scrapes an exporter that requires a token; it may do nothing else. The gate has two of them, in
 * the namespaces of its sides.
 */
async function createScraper(objects: OwnedObjects, { namespace }: Target): Promise<AccountReference> {
  const name = `conformance-${objects.run}-scraper`;
  const roleName = `${name}-${namespace}`;
  for (const object of accountObjects({ namespace, name, roleName, rules: [scrapeRule] })) await objects.create(object);
  return { namespace, name };
}

/** Waits for both, also when one fails: what is created after the cleanup would not be removed. */
async function allOrFailure<A, B>(parts: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

/** What the ServiceAccounts of the workloads may not list, a line each; of several accounts with its name. */
async function deniedReads(client: KubeClient, target: Target, reads: readonly Readable[]): Promise<readonly string[]> {
  const [account, ...others] = workloadsByAccount(deriveWorkloads(target.objects, { name: target.name }));
  if (account === undefined || others.length === 0) return deniedTo(client, target, listsOf(client, target, reads));
  const isRead = new Set(reads.map(({ group, resource }) => `${resource}.${group}`));
  const denied = [account, ...others].map(async (members) => {
    const lists = members.flatMap((member) => {
      const own = servedReads(member, client.mapper).filter(({ group, resource }) => isRead.has(`${resource}.${group}`));
      return listsOf(client, member, own);
    });
    const distinct = [...new Map(lists.map((permission) => [formatScoped(permission), permission])).values()];
    const lines = await deniedTo(client, members[0], distinct);
    return lines.map((line) => `ServiceAccount ${members[0].namespace}/${members[0].serviceAccountName}: ${line}`);
  });
  return (await Promise.all(denied)).flat();
}

function listsOf(client: KubeClient, target: Target, reads: readonly Readable[]): readonly ScopedPermission[] {
  return reads.flatMap(({ group, resource }) =>
    namespacesRead(target, { group, resource }, client.mapper).map((namespace) => ({
      ...{ verb: 'list', group, resource },
      ...(namespace !== undefined && { namespace }),
    })),
  );
}

async function deniedTo(
  client: KubeClient,
  { namespace, serviceAccountName: name }: Target,
  lists: readonly ScopedPermission[],
): Promise<readonly string[]> {
  if (!(await client.find({ apiVersion: 'v1', kind: 'ServiceAccount', namespace, name }))) {
    return [`no ServiceAccount ${namespace}/${name}`];
  }
  const asAccount = client.withToken(await requestToken(client, namespace, name));
  let denied = lists;
  try {
    await waitFor({
      what: 'the ServiceAccount to be allowed what the exporter reads',
      within: rbacBudget,
      // Nothing is taken from the account meanwhile: only what was denied need be reviewed again.
      observe: async () => {
        const allowed = await allowedPermissions(asAccount, denied);
        denied = denied.filter((permission) => !allowed.includes(permission));
        return denied;
      },
      until: (list) => list.length === 0,
      describe: (list) => list.map(formatScoped).join(', '),
    });
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
  }
  return denied.map(formatScoped);
}
