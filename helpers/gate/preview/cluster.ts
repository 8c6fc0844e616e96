import { chooseExporter, isNotable } from '../../account/exporter-pod.ts';
import { objectName } from '../../accounting/inventory.ts';
import { type Audited, auditedTarget } from '../../audit/target.ts';
import { parseExporterArguments } from '../../catalogue/arguments.ts';
import { requireKnownRelease } from '../../catalogue/exposed.ts';
import { InfrastructureError } from '../../errors.ts';
import { InstalledTarget } from '../../exporter/installed.ts';
import { type Readable, readsOf } from '../../exporter/reads.ts';
import { RequirementFailure } from '../../failure.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { openReadOnly, serverVersion } from '../../kube/open.ts';
import { isReady } from '../../kube/pod.ts';
import type { ResourceMapper } from '../../kube/reference.ts';
import { surfaceOfScrape } from '../../prometheus/rules/surface.ts';
import { storeObjects } from '../../suite/read-objects.ts';
import { scrapeUnread } from '../../suite/scrape.ts';
import { formatVersion, parseVersion, type Version } from '../../version.ts';
import { releasesBetween } from '../surface/classify.ts';
import type { ReadOrigin } from './files.ts';
import { ALL_RELEASES, type PreviewOptions, type PreviewOrigin } from './options.ts';

type ClusterOrigin = Extract<PreviewOrigin, { readonly kind: 'cluster' }>;

/**
 * Reads the objects of a cluster with a client that only reads, and scrapes the deployed exporter if a selector is set. Payloads of
 * Secrets and ConfigMaps are dropped from each page of objects.
 * @param newest the last release that a preview of all compares
 * @throws UsageError when the exporter is not found, InfrastructureError when the cluster or the exporter does not respond
 */
export async function readCluster(
  origin: ClusterOrigin,
  options: PreviewOptions,
  newest: string,
  signal: AbortSignal,
): Promise<ReadOrigin> {
  const { kubeconfig, context, audit: selector } = origin;
  const client = await openReadOnly(kubeconfig, context, signal);
  const audited =
    selector === undefined ? undefined : await auditedTarget({ kubeconfig, context, selector, image: undefined, signal });
  const exporter = await exporterOf(client, options, audited);
  const to = parseVersion(options.to === ALL_RELEASES ? newest : options.to);
  const unreadable = audited?.facts.unreadable ?? new Set<string>();
  const reads = readsOfAll(exporter, to, client.mapper);
  const kinds = [...reads.values()].filter(({ resource }) => !unreadable.has(resource));
  // By name, as a list may be read again.
  const notable = new Map<string, KubernetesObject>();
  const keepNotable = (object: KubernetesObject) => void (isNotable(object) && notable.set(objectName(object), object));
  const objects = await storeObjects(client, kinds, parseExporterArguments(exporter.args), keepNotable);
  return {
    client,
    objects,
    notable: [...notable.values()],
    exporter,
    kubernetes: await serverVersion(client),
    unread: [...reads.values()].map(({ resource }) => resource).filter((resource) => unreadable.has(resource)),
    ...(audited && { scrape: await scrapeOf(client, audited) }),
  };
}

/** The release and arguments of the deployed exporter, as far as the options do not set them. */
async function exporterOf(client: KubeClient, { from, args }: PreviewOptions, audited: Audited | undefined) {
  if (audited) {
    const { version, arguments: own } = audited.target;
    return { version: from ?? formatVersion(version), args: args ?? own };
  }
  const given = { ...(from !== undefined && { exporter: from }), ...(args && { args }) };
  const isComplete = from !== undefined && args !== undefined;
  const exporters: KubernetesObject[] = [];
  const take = (pod: KubernetesObject) => void (isNotable(pod) && exporters.push(pod));
  if (!isComplete) await client.eachOf({ apiVersion: 'v1', kind: 'Pod' }, { take, restart: () => exporters.splice(0) });
  return chooseExporter(exporters, given);
}

/** By resource, the kinds that any release from the old one up to the candidate reads. */
function readsOfAll(
  { version, args }: { version: string; args: readonly string[] },
  to: Version,
  mapper: ResourceMapper,
): ReadonlyMap<string, Readable> {
  const from = parseVersion(version);
  requireKnownRelease(from);
  requireKnownRelease(to);
  const reads = [from, ...releasesBetween(from, to)].flatMap((release) => readsOf({ version: release, arguments: args }, mapper));
  return new Map(reads.map((read) => [`${read.group}/${read.kind}`, read]));
}

async function scrapeOf(client: KubeClient, { target }: Audited): Promise<NonNullable<ReadOrigin['scrape']>> {
  const pods = await new InstalledTarget(client, target).pods();
  const pod = pods.find(isReady);
  if (!pod) {
    throw new InfrastructureError(
      `None of the ${pods.length} pods of the exporter is Ready, so that it cannot be scraped: preview without --audit, or wait until it is.`,
    );
  }
  try {
    const scraped = await scrapeUnread(client, pod, target.ports.metrics.number);
    const surface = await surfaceOfScrape(scraped.source, scraped.format);
    return { surface, origin: `scrape of ${pod.metadata.namespace}/${pod.metadata.name}` };
  } catch (error) {
    if (error instanceof RequirementFailure) throw new InfrastructureError(error.message, { cause: error });
    throw error;
  }
}
