import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pMap from 'p-map';
import type { Cleanup } from '../cluster/cleanups.ts';
import { pullOnNodes } from '../cluster/node-pulls.ts';
import { provideCluster } from '../cluster/provide.ts';
import { coreDnsToleration, openBooted, waitForCoreDns, waitForNodes } from '../cluster/ready.ts';
import { InfrastructureError } from '../errors.ts';
import { findWorkloads, runsExporter } from '../exporter/find.ts';
import { knownTargets } from '../exporter/known.ts';
import { isProxy } from '../exporter/secured.ts';
import type { Target } from '../exporter/target.ts';
import { KubeClient } from '../kube/client.ts';
import { connect } from '../kube/connection.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { serverVersion, unavailableGroups } from '../kube/open.ts';
import { CreationRecord } from '../kube/owned/creation-record.ts';
import { OwnedObjects } from '../kube/owned/ownership.ts';
import { listLabelled } from '../kube/owned/remove-objects.ts';
import type { Pod } from '../kube/pod.ts';
import { referenceOf } from '../kube/reference.ts';
import { runLabel } from '../kube/run-label.ts';
import type { Options } from '../run/options.ts';
import { targetOfRun } from '../run/target-of-run.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { createFixtures } from '../suite/fixtures.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';
import { seconds, waitFor } from '../wait.ts';
import { type ApiProxy, startProxy } from './proxy.ts';

/** A cluster in which mutants are installed and verified: booted, with the fixtures, and with proxies in front of its API server. */
export interface MutationCluster {
  /** The id of the run that owns the objects in it. */
  readonly run: string;
  readonly options: Options;
  readonly declared: readonly DeclaredRequirement[];
  /** The namespace of the exporter. */
  readonly namespace: string;
  readonly kind: 'k3s' | 'simulated';
  /** The release of Kubernetes: `v1.24.17`. */
  readonly kubernetes: string;
  readonly client: KubeClient;
  readonly objects: OwnedObjects;
  readonly direct: Access;
  /** At least one; the first serves the mutants that are verified serially. */
  readonly proxied: readonly [ProxiedAccess, ...ProxiedAccess[]];
  /** Where results and kubeconfigs are written. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** The uids of the objects that are kept from mutant to mutant: the fixtures and the namespace. */
  readonly kept: ReadonlySet<string>;
}

/** A client of the API server, and the path of its kubeconfig. */
export interface Access {
  readonly client: KubeClient;
  readonly kubeconfig: string;
}

/** A client whose requests pass a proxy, which interferes for one mutant at a time. */
export interface ProxiedAccess extends Access {
  readonly proxy: ApiProxy;
}

/** How many read-only mutants are verified at the same time in a cluster, each of which lists all objects in every round. */
const proxyCount = 4;

export type ClusterRequest = Pick<MutationCluster, 'run' | 'options' | 'declared' | 'signal'>;

/**
 * Boots a cluster with the images of all its mutants, and creates the fixtures and the namespace of the exporter.
 * @param onCleanup receives the cleanups, which are to be run last first
 */
export async function provideMutationCluster(
  { run, options, declared, signal }: ClusterRequest,
  mutants: readonly Mutant[],
  onCleanup: (cleanup: Cleanup) => void,
): Promise<MutationCluster> {
  const directory = resolve(options.reports, 'mutants');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { target, profile } = await targetOfRun(options, signal);
  const kind = options.cluster === 'simulated' ? 'simulated' : 'k3s';
  const manifests = mutants.map((mutant) => manifestsOf(mutant, options));
  // Not those of every container: some mutants have one whose image does not exist.
  const exporters = manifests.flatMap((objects) =>
    findWorkloads(objects).flatMap(({ spec }) =>
      spec.template.spec.containers
        .filter((container) => runsExporter(container) || isProxy(container))
        .map(({ image }) => image),
    ),
  );
  const images = [...new Set([target.image, ...exporters, options.workloadImage, options.prometheusImage])];
  const provided = await provideCluster({ run, options, profile, images, directory }, onCleanup);
  const openProxied = async (number: number): Promise<ProxiedAccess> => {
    const kubeconfig = join(directory, `proxy-${number}.kubeconfig`);
    const proxy = await startProxy(provided.kubeconfig, kubeconfig);
    onCleanup({ what: 'a proxy', run: () => proxy.stop().then(() => []) });
    // The proxy leads to the same API: what it serves need not be discovered again.
    return { client: new KubeClient(await connect(kubeconfig), client.mapper), kubeconfig, proxy };
  };
  const client = await openBooted(provided.kubeconfig, signal);
  for (const sentence of unavailableGroups(client)) throw new InfrastructureError(`No mutant can be judged: ${sentence}`);
  const objects = new OwnedObjects(client, CreationRecord.in(directory), run, false);
  if (provided.pulls) await pullOnNodes(client, objects, provided.pulls);
  const kubernetes = await serverVersion(client);
  await waitForNodes(client, provided.nodes);
  const { taint } = profile.cluster;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: target.namespace } };
  await Promise.all([
    waitForCoreDns(client, coreDnsToleration(taint)),
    objects.createNamespace(namespace),
    createFixtures(client, objects, { id: run, clusterKind: kind, kubernetes, workloadImage: options.workloadImage }),
  ]);
  const kept = (await listLabelled(client, `${runLabel}=${run}`)).flatMap(({ metadata }) => metadata.uid ?? []);
  const further = Array.from({ length: proxyCount - 1 }, (_, index) => openProxied(index + 1));
  return {
    run,
    options,
    declared,
    signal,
    namespace: target.namespace,
    kind,
    kubernetes,
    client,
    objects,
    direct: { client, kubeconfig: provided.kubeconfig },
    proxied: [await openProxied(0), ...(await Promise.all(further))],
    directory,
    kept: new Set(kept),
  };
}

/** The rendered manifests with the mutant's change. */
export function manifestsOf({ target = 'agent', change }: Mutant, options: Options): readonly KubernetesObject[] {
  const rendering = knownTargets[target].rendering();
  return change ? change(rendering, options) : rendering;
}

/** Removes the exporter and everything else of a mutant, and waits until the pods are gone as well. */
export async function removeInstallation(cluster: MutationCluster): Promise<void> {
  const { client, namespace } = cluster;
  await removeAll(cluster, async () => {
    const pods = await client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace });
    return [...(await leftoversIn(cluster)), ...pods];
  });
}

/** Removes everything of a mutant but the exporter, which the next mutant shares, and what controllers derive from it. */
export async function removeAllButInstallation(cluster: MutationCluster, target: Target): Promise<void> {
  const { name, namespace = '' } = target.service.metadata;
  const installed = new Set([...target.objects.map(nameOf), `Endpoints ${namespace}/${name}`]);
  await removeAll(cluster, async () => {
    const leftovers = await leftoversIn(cluster);
    return leftovers.filter((object) => object.metadata.ownerReferences === undefined && !installed.has(nameOf(object)));
  });
}

/**
 * Removes the objects, waits until they are gone, and lists again, until there are none: controllers may create one meanwhile.
 * Nobody waits for a container to end in its grace period.
 */
async function removeAll({ client }: MutationCluster, list: () => Promise<readonly KubernetesObject[]>): Promise<void> {
  let remaining: readonly KubernetesObject[] = [];
  const removeListed = async () => {
    remaining = await list();
    await pMap(remaining, (object) => client.remove(object, object.kind === 'Pod' ? 0 : undefined), { concurrency: 8 });
    return remaining;
  };
  await waitFor({
    what: 'every object of the mutant gone',
    within: seconds(90),
    every: 100,
    observe: async () => {
      const there = await pMap(remaining, (object) => isThere(client, object), { concurrency: 8 });
      remaining = remaining.filter((_, index) => there[index]);
      return remaining.length > 0 ? remaining : removeListed();
    },
    until: (objects) => objects.length === 0,
    describe: (objects) => objects.map(nameOf).join(', '),
  });
}

async function isThere(client: KubeClient, object: KubernetesObject): Promise<boolean> {
  return (await client.find(referenceOf(object)))?.metadata.uid === object.metadata.uid;
}

/** The objects with the run's label that are not kept; the namespaces of areas stay, as an empty one is as good as new. */
async function leftoversIn({ client, run, kept }: MutationCluster): Promise<readonly KubernetesObject[]> {
  const objects = await listLabelled(client, `${runLabel}=${run}`);
  return objects.filter(({ kind, metadata }) => kind !== 'Namespace' && !kept.has(metadata.uid ?? ''));
}

function nameOf({ kind, metadata: { namespace = '', name } }: KubernetesObject): string {
  return `${kind} ${namespace}/${name}`;
}
