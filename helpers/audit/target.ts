import pMap from 'p-map';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import { InstalledTarget } from '../exporter/installed.ts';
import { type Readable, servedReads } from '../exporter/reads.ts';
import { deriveTarget, type Target } from '../exporter/target.ts';
import type { KubeClient } from '../kube/client.ts';
import { openReadOnly } from '../kube/open.ts';
import { hideSecretsOf, redactObject } from '../redaction/object.ts';
import { rightsFor } from '../suite/audit-rights.ts';
import type { AuditFacts } from '../suite/record.ts';
import { findDeployed, othersBeside, relatedObjects, withAuditAccess } from './find.ts';

export interface AuditRequest {
  readonly kubeconfig: string;
  readonly context: string | undefined;
  /** A label selector for the exporter, in kubectl's syntax. */
  readonly selector: string;
  /** The image with the release, if neither tag nor label has it. */
  readonly image: string | undefined;
  /** Whether the audit has a token for an exporter that requires one. */
  readonly hasToken?: boolean;
  /** Aborts the audit. */
  readonly signal: AbortSignal;
}

/** An audited exporter. */
export interface Audited {
  readonly target: Target;
  readonly facts: AuditFacts;
  /** The permissions that the audit can use and the caller lacks: `list secrets, list leases.coordination.k8s.io`. */
  readonly missing: readonly string[];
  /** A sentence about exporters beside it that are not audited; undefined without any. */
  readonly others: string | undefined;
}

/**
 * Finds the exporter and the caller's permissions to audit it.
 * @throws UsageError when it is not found, or has arguments that the accounting does not support; the signal's reason
 */
export async function auditedTarget({
  kubeconfig,
  context,
  selector,
  image,
  hasToken = false,
  signal,
}: AuditRequest): Promise<Audited> {
  const client = await openReadOnly(kubeconfig, context, signal);
  const workloads = await findDeployed(client, selector);
  const names = workloads.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const named = { name: names.join(', '), workloads: 'any', ...(image === undefined ? {} : { image }) } as const;
  const sketch = deriveTarget(await relatedObjects(client, workloads, new Set()), named);
  parseExporterArguments(sketch.arguments);
  await withAuditAccess(() => new InstalledTarget(client, sketch).pods());
  const { rights, unreadable, missing } = await rightsFor(client, sketch, hasToken);
  const related = await relatedObjects(client, workloads, rights);
  const others = await othersBeside(client, workloads);
  const readable = servedReads(sketch, client.mapper).filter(({ resource }) => !unreadable.has(resource));
  const monitored = related.some(({ kind }) => kind === 'ServiceMonitor');
  const facts = { rights, unreadable, empty: await emptyOf(client, readable), monitored };
  hideSecretsOf(related);
  // The objects are never applied, so they are kept without secrets.
  return { target: deriveTarget(related.map(redactObject), named), facts, missing, others };
}

/** The resources without an object. */
async function emptyOf(client: KubeClient, reads: readonly Readable[]): Promise<ReadonlySet<string>> {
  const firstPages = await pMap(reads, (resource) => client.list(resource, { limit: 1 }), { concurrency: 8 });
  return new Set(reads.filter((_, index) => firstPages[index]?.length === 0).map(({ resource }) => resource));
}
