import { parseExporterArguments } from '../catalogue/arguments.ts';
import { UsageError } from '../errors.ts';
import { deriveWorkloads, type Target } from '../exporter/target.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import type { CreationRecord, RecordedRun } from '../kube/owned/creation-record.ts';
import { describeOrigin, isProtected, ObjectExists } from '../kube/owned/ownership.ts';
import { formatReference, type Reference, referenceOf } from '../kube/reference.ts';
import { seconds } from '../wait.ts';
import type { OpenedCluster } from './open-provided.ts';

/**
 * Reserves the namespace of a run: refuses when an object that is to be installed exists already, creates the namespace unless it exists,
 * and holds a Lease in it for as long as this process runs.
 * @throws UsageError with the object that exists and whose it is; nothing has been created then
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
  for (const namespace of otherNamespaces(target, booted)) await objects.createNamespace(namespace);
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
  if (record.run === undefined) throw new Error(`The record ${record.file} names no run.`);
  try {
    keepRenewing(client, await objects.create(leaseOf(record.run, namespace)), record, warn);
  } catch (error) {
    if (error instanceof ObjectExists) throw new UsageError(describeHolder(error.existing), { cause: error });
    if (!(error instanceof ApiError && error.status === 403)) throw error;
    throw new UsageError(
      `A run holds a Lease, so that no other run uses its namespace, and you may not create it: ${error.details}. Use an account that may get, create, patch and delete leases.coordination.k8s.io in ${namespace}.`,
      { cause: error },
    );
  }
}

/** The namespace as in the manifests, or a plain one where they have none. */
function namespaceOf({ objects, namespace }: Target): KubernetesObject {
  const own = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace);
  return own ?? { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
}

/**
 * The other namespaces of the manifests, as these have them. A booted cluster also gets those that its roles are in and that the exporter is
 * limited to, which exist where it is deployed; on a cluster that exists, one that is missing is a finding.
 */
function otherNamespaces({ objects, name, namespace: own }: Target, booted: boolean): readonly KubernetesObject[] {
  const held = objects.filter(({ kind }) => kind === 'Namespace').filter((object) => booted || !isProtected(referenceOf(object)));
  const limits = deriveWorkloads(objects, { name }).flatMap((workload) => [
    ...(parseExporterArguments(workload.arguments).namespaces ?? []),
  ]);
  const named = booted ? [...objects.flatMap(({ metadata }) => metadata.namespace ?? []), ...limits] : [];
  const plain = named.map((namespace) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
  const byName = new Map(
    [...plain, ...held].map((namespace): [string, KubernetesObject] => [namespace.metadata.name, namespace]),
  );
  byName.delete(own);
  return [...byName.values()];
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
 * Refuses manifests that would change an object that exists already; a namespace may exist and is not changed.
 * @throws UsageError that names the first such object, or the objects that the caller may not get
 */
export async function refuseWhatIsThere(client: KubeClient, { objects }: Target): Promise<void> {
  const references = objects
    .filter(({ kind, apiVersion }) => kind !== 'Namespace' && client.mapper.serves(apiVersion, kind))
    .map(referenceOf);
  const found = await firstOf(client, references);
  if (found === undefined) return;
  throw new UsageError(
    `${formatReference(referenceOf(found))} is on the cluster already. ${describeOrigin(found)} A run changes nothing that it did not create: verify on another cluster, or have it removed by whoever created it; npm run clean shows and removes what a run that has ended left.`,
  );
}

/**
 * The first of these objects that exists.
 * @throws UsageError with the objects that the caller may not get
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
    `Whether these exist on the cluster already cannot be read, and a run changes nothing that it did not create: ${denied.join('; ')}. Use an account that may get them.`,
  );
}

/** The Lease that a run holds in the exporter's namespace, so that there is one run at a time. */
export const LEASE_NAME = 'kube-state-metrics-conformance';

/** How long a run without a renewal counts as in progress, and how often a run renews its Lease. */
const leaseDuration = seconds(60);
const renewalInterval = seconds(10);

interface Lease extends KubernetesObject {
  readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string; readonly leaseDurationSeconds?: number };
}

/** The run that holds a Lease. */
export interface Holder {
  readonly run: string;
  readonly process: string;
  readonly host: string;
  /** ISO 8601. */
  readonly renewedAt: string;
  readonly isInProgress: boolean;
}

const leaseKind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };

export function leaseIn(namespace: string): Reference {
  return { ...leaseKind, namespace, name: LEASE_NAME };
}

/** The Lease of a run, as it is created. */
function leaseOf({ run, host, process }: RecordedRun, namespace: string): KubernetesObject {
  const now = microTime();
  const spec = {
    holderIdentity: `${run}_${process}_${host}`,
    leaseDurationSeconds: leaseDuration / 1000,
    acquireTime: now,
    renewTime: now,
  };
  const lease: RawObject = { ...leaseKind, metadata: { name: LEASE_NAME, namespace }, spec };
  return lease;
}

/** Parses the holder of a Lease; undefined where no run has written it. */
export function holderOf(lease: KubernetesObject, now = Date.now()): Holder | undefined {
  const { holderIdentity = '', renewTime = '', leaseDurationSeconds = leaseDuration / 1000 } = (lease as Lease).spec ?? {};
  const [, run, process, host] = /^([^_]+)_(\d+)_(.+)$/.exec(holderIdentity) ?? [];
  if (run === undefined || process === undefined || host === undefined) return undefined;
  return { run, process, host, renewedAt: renewTime, isInProgress: now - Date.parse(renewTime) < seconds(leaseDurationSeconds) };
}

/** A sentence about the holder of a namespace, with what to do. */
export function describeHolder(lease: KubernetesObject): string {
  const holder = holderOf(lease);
  const { namespace, name } = lease.metadata;
  if (holder === undefined) return `The Lease ${namespace}/${name} exists, and no run of this suite created it as it is.`;
  const { run, process, host, renewedAt, isInProgress } = holder;
  const who = `run ${run} (process ${process} on ${host}, which last renewed its Lease at ${renewedAt})`;
  return isInProgress
    ? `The namespace ${namespace} is in use by ${who}: wait for its end, or verify on another cluster.`
    : `The namespace ${namespace} was in use by ${who} and is not any more: npm run clean -- --run ${run}, with the --kubeconfig, --context and --reports of that run, removes what it left.`;
}

/** The Leases of runs in all namespaces. */
export async function listLeases(client: KubeClient): Promise<readonly KubernetesObject[]> {
  return client.list(leaseKind, { fieldSelector: `metadata.name=${LEASE_NAME}` });
}

/**
 * Renews the Lease as long as this process runs and neither the Lease nor its cluster has been removed.
 * @param warn gets a sentence the first time that it could not be renewed: other runs then count this one as ended
 */
function keepRenewing(
  client: KubeClient,
  lease: KubernetesObject,
  record: CreationRecord,
  warn: (sentence: string) => void,
): void {
  const { uid } = lease.metadata;
  let hasWarned = false;
  const timer = setInterval(async () => {
    try {
      await client.merge(referenceOf(lease), { metadata: { uid }, spec: { renewTime: microTime() } });
    } catch (error) {
      const isGone = error instanceof ApiError && [404, 409].includes(error.status);
      if (record.isClosed && (isGone || record.run?.outlivesRun === false)) clearInterval(timer);
      else if (!hasWarned)
        warn(`The Lease ${lease.metadata.namespace}/${LEASE_NAME} cannot be renewed: ${(error as Error).message}`);
      hasWarned = true;
    }
  }, renewalInterval);
  timer.unref();
}

/** Now, as a MicroTime of the API. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
