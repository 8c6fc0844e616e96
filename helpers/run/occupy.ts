import { UsageError } from '../errors.ts';
import type { Target } from '../exporter/target.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { describeOrigin, isProtected, ObjectExists } from '../kube/owned/ownership.ts';
import { formatReference, type Reference, referenceOf } from '../kube/reference.ts';
import { describeHolder, keepRenewing, leaseIn, leaseOf } from './namespace-lease.ts';
import type { OpenedCluster } from './open-provided.ts';

/**
 * Takes a cluster for a run: refuses when anything that is to be installed is there already, creates the namespace unless it exists,
 * and holds a Lease in it for as long as this process is at work.
 * @throws UsageError with what is there and whose it is; nothing has been created then
 */
export async function occupy(
  { client, objects, booted }: Pick<OpenedCluster, 'client' | 'objects' | 'booted'>,
  target: Target,
  warn: (sentence: string) => void,
): Promise<void> {
  if (!booted) refuseProtectedPlaces(target);
  await refuseRunAtWork(client, target.namespace);
  await refuseWhatIsThere(client, target);
  await objects.createNamespace(namespaceOf(target));
  await holdNamespace({ client, objects }, target.namespace, warn);
}

/**
 * Holds a Lease in a namespace.
 * @throws UsageError when another run holds it, or when the caller may not create it
 */
export async function holdNamespace(
  { client, objects }: Pick<OpenedCluster, 'client' | 'objects'>,
  namespace: string,
  warn: (sentence: string) => void,
): Promise<void> {
  const { record } = objects;
  if (record.run === undefined) throw new Error(`The record ${record.file} does not say whose it is.`);
  try {
    keepRenewing(client, await objects.create(leaseOf(record.run, namespace)), record, warn);
  } catch (error) {
    if (error instanceof ObjectExists) throw new UsageError(describeHolder(error.existing), { cause: error });
    if (!(error instanceof ApiError && error.status === 403)) throw error;
    throw new UsageError(
      `A run holds a Lease, so that no other one works in its namespace, and you may not create it: ${error.details}. Use an account that may get, create, patch and delete leases.coordination.k8s.io in ${namespace}.`,
      { cause: error },
    );
  }
}

/** The namespace as the manifests have it, or the plain one where they have none. */
function namespaceOf({ objects, namespace }: Target): KubernetesObject {
  const own = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace);
  return own ?? { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
}

function refuseProtectedPlaces({ objects, name }: Target): void {
  const places = objects.map(referenceOf).filter((reference) => reference.kind !== 'Namespace' && isProtected(reference));
  const [first] = places;
  if (first === undefined) return;
  throw new UsageError(
    `The manifests of ${name} have ${formatReference(first)}: on a cluster that exists, nothing is installed there. Verify on a cluster that the run boots (--cluster k3s), or name manifests with a namespace of their own.`,
  );
}

async function refuseRunAtWork(client: KubeClient, namespace: string): Promise<void> {
  const lease = await firstOf(client, [leaseIn(namespace)]);
  if (lease !== undefined) throw new UsageError(describeHolder(lease));
}

/**
 * Looks whether the manifests would change something that is there already.
 * @throws UsageError that names the first such object, or what the caller may not look for; a namespace may be there and is left as it is
 */
export async function refuseWhatIsThere(client: KubeClient, { objects }: Target): Promise<void> {
  const references = objects
    .filter(({ kind, apiVersion }) => kind !== 'Namespace' && client.mapper.serves(apiVersion, kind))
    .map(referenceOf);
  const found = await firstOf(client, references);
  if (found === undefined) return;
  throw new UsageError(
    `${formatReference(referenceOf(found))} is on the cluster already. ${describeOrigin(found)} A run changes nothing that it did not create: verify on another cluster, or have it removed by whoever created it; of a run that is over, npm run clean shows and removes what it left.`,
  );
}

/**
 * The first of these objects that is there.
 * @throws UsageError with what the caller may not look for
 */
async function firstOf(client: KubeClient, references: readonly Reference[]): Promise<KubernetesObject | undefined> {
  const denied: string[] = [];
  for (const reference of references) {
    try {
      const found = await client.find(reference);
      if (found !== undefined) return found;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 403)) throw error;
      denied.push(`${formatReference(reference)} (${error.details})`);
    }
  }
  if (denied.length === 0) return undefined;
  throw new UsageError(
    `Whether these are on the cluster already cannot be seen, and a run changes nothing that it did not create: ${denied.join('; ')}. Use an account that may get them.`,
  );
}
