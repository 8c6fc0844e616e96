import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import type { CreationRecord, RecordedRun } from '../kube/owned/creation-record.ts';
import { type Reference, referenceOf } from '../kube/reference.ts';
import { seconds } from '../wait.ts';

/** The Lease that a run holds in the namespace of what it verifies, so that there is one run at a time. */
export const LEASE_NAME = 'kube-state-metrics-conformance';

/** How long a run that does not renew its Lease counts as being at work, and how often one renews it. */
const leaseDuration = seconds(60);
const renewalInterval = seconds(10);

interface Lease extends KubernetesObject {
  readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string; readonly leaseDurationSeconds?: number };
}

/** Who holds a Lease, and whether they still renew it. */
export interface Holder {
  readonly run: string;
  readonly process: string;
  readonly host: string;
  /** ISO 8601. */
  readonly renewedAt: string;
  readonly isAtWork: boolean;
}

const leaseKind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };

export function leaseIn(namespace: string): Reference {
  return { ...leaseKind, namespace, name: LEASE_NAME };
}

/** The Lease of a run, as it is created. */
export function leaseOf({ run, host, process }: RecordedRun, namespace: string): KubernetesObject {
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

/** Reads who holds a Lease of a run; undefined for what says nothing that a run would write. */
export function holderOf(lease: KubernetesObject, now = Date.now()): Holder | undefined {
  const { holderIdentity = '', renewTime = '', leaseDurationSeconds = leaseDuration / 1000 } = (lease as Lease).spec ?? {};
  const [, run, process, host] = /^([^_]+)_(\d+)_(.+)$/.exec(holderIdentity) ?? [];
  if (run === undefined || process === undefined || host === undefined) return undefined;
  return { run, process, host, renewedAt: renewTime, isAtWork: now - Date.parse(renewTime) < seconds(leaseDurationSeconds) };
}

/** Says of a namespace that is held who holds it, and what to do. */
export function describeHolder(lease: KubernetesObject): string {
  const holder = holderOf(lease);
  const { namespace, name } = lease.metadata;
  if (holder === undefined) return `The Lease ${namespace}/${name} is there, and no run of this suite created it as it is.`;
  const { run, process, host, renewedAt, isAtWork } = holder;
  const who = `run ${run} (process ${process} on ${host}, which last renewed its Lease at ${renewedAt})`;
  return isAtWork
    ? `The namespace ${namespace} is in use by ${who}: wait for its end, or verify on another cluster.`
    : `The namespace ${namespace} was in use by ${who} and is not any more: npm run clean -- --run ${run}, with the --kubeconfig, --context and --reports of that run, removes what it left.`;
}

/** All Leases of runs, wherever they are. */
export async function listLeases(client: KubeClient): Promise<readonly KubernetesObject[]> {
  return client.list(leaseKind, { fieldSelector: `metadata.name=${LEASE_NAME}` });
}

/**
 * Renews the Lease as long as this process is at work and the removal has not taken the Lease away.
 * @param warn learns, once, that it could not be renewed, which others would take for the run's end
 */
export function keepRenewing(
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
      if (error instanceof ApiError && [404, 409].includes(error.status) && record.isClosed) clearInterval(timer);
      else if (!hasWarned)
        warn(`The Lease ${lease.metadata.namespace}/${LEASE_NAME} cannot be renewed: ${(error as Error).message}`);
      hasWarned = true;
    }
  }, renewalInterval);
  // It must not keep the process alive.
  timer.unref();
}

/** As the API has it, with microseconds. */
function microTime(): string {
  return new Date().toISOString().replace('Z', '000Z');
}
