import pMap from 'p-map';
import { parseExporterArguments } from '../catalogue/arguments.ts';
import { InstalledTarget } from '../exporter/installed.ts';
import { type Readable, servedReads } from '../exporter/reads.ts';
import { deriveTarget, type Target } from '../exporter/target.ts';
import type { KubeClient } from '../kube/client.ts';
import { openToRead } from '../kube/open.ts';
import { hideSecretsOf, redactObject } from '../redaction/object.ts';
import { rightsFor } from '../suite/audit-rights.ts';
import type { AuditFacts } from '../suite/record.ts';
import { findDeployed, looking, whatBelongsTo } from './find.ts';

export interface AuditRequest {
  readonly kubeconfig: string;
  readonly context: string | undefined;
  /** A selector of the exporter's labels, as kubectl takes it. */
  readonly selector: string;
  /** Which release it is, where neither tag nor label tells. */
  readonly image: string | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** An exporter that is examined as it is. */
export interface Audited {
  readonly target: Target;
  readonly facts: AuditFacts;
  /** What the audit can use and the caller may not, by the part that needs it: `list secrets, list leases.coordination.k8s.io`. */
  readonly missing: readonly string[];
}

/**
 * Finds the exporter, and what the caller may do to examine it.
 * @throws UsageError when it cannot be found, or is one that the accounting cannot follow; the signal's reason
 */
export async function auditedTarget({ kubeconfig, context, selector, image, signal }: AuditRequest): Promise<Audited> {
  const client = await openToRead(kubeconfig, context, signal);
  const deployment = await findDeployed(client, selector);
  const { namespace, name } = deployment.metadata;
  const named = { name: `${namespace}/${name}`, ...(image === undefined ? {} : { image }) };
  const sketch = deriveTarget(await whatBelongsTo(client, deployment, new Set()), named);
  parseExporterArguments(sketch.arguments);
  await looking(() => new InstalledTarget(client, sketch).pods());
  const { rights, unreadable, missing } = await rightsFor(client, sketch);
  const belonging = await whatBelongsTo(client, deployment, rights);
  const readable = servedReads(sketch, client.mapper).filter(({ resource }) => !unreadable.has(resource));
  const monitored = belonging.some(({ kind }) => kind === 'ServiceMonitor');
  const facts = { rights, unreadable, empty: await emptyOf(client, readable), monitored };
  hideSecretsOf(belonging);
  // Nothing of it is applied again: what is kept of it needs no secret of somebody else's.
  return { target: deriveTarget(belonging.map(redactObject), named), facts, missing };
}

/** The resources of which there is no object. */
async function emptyOf(client: KubeClient, reads: readonly Readable[]): Promise<ReadonlySet<string>> {
  const firsts = await pMap(reads, (one) => client.list(one, { limit: 1 }), { concurrency: 8 });
  return new Set(reads.filter((_, index) => firsts[index]?.length === 0).map(({ resource }) => resource));
}
