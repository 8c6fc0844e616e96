import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Cleanup } from '../cluster/cleanups.ts';
import { pullOnNodes } from '../cluster/node-pulls.ts';
import { provideCluster } from '../cluster/provide.ts';
import { coreDnsToleration, openBooted, waitForCoreDns, waitForNodes } from '../cluster/ready.ts';
import { exporterContainer, findDeployment } from '../exporter/find.ts';
import { knownTargets } from '../exporter/known.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { openCluster, serverVersion } from '../kube/open.ts';
import { CreationRecord } from '../kube/owned/creation-record.ts';
import { OwnedObjects } from '../kube/owned/ownership.ts';
import { listLabelled } from '../kube/owned/remove-objects.ts';
import { runLabel } from '../kube/run-label.ts';
import type { Options } from '../run/options.ts';
import { targetOfRun } from '../run/target-of-run.ts';
import type { DeclaredRequirement } from '../suite/declared.ts';
import { createFixtures } from '../suite/fixtures.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';
import { type ApiProxy, startProxy } from './proxy.ts';

/** The one cluster of all mutants: booted, with the fixtures, and with a proxy in front of its API server. */
export interface Bench {
  readonly run: string;
  readonly options: Options;
  readonly declared: readonly DeclaredRequirement[];
  /** The exporter's. */
  readonly namespace: string;
  readonly clusterKind: 'k3s' | 'simulated';
  readonly kubernetes: string;
  readonly client: KubeClient;
  readonly objects: OwnedObjects;
  /** Past the proxy: for mutants that have no use for it. */
  readonly direct: Way;
  /** Through a proxy, which interferes for one mutant at a time; the first is for those that have the exporter for themselves. */
  readonly passages: readonly [Passage, ...Passage[]];
  readonly directory: string;
  readonly signal: AbortSignal;
  /** The uids of what stays from mutant to mutant: the fixtures and the namespace. */
  readonly lasting: ReadonlySet<string>;
}

/** A way to the API server. */
export interface Way {
  readonly client: KubeClient;
  /** Its path. */
  readonly kubeconfig: string;
}

/** A way through a proxy. */
export interface Passage extends Way {
  readonly proxy: ApiProxy;
}

/** How many mutants at most are verified at the same time: each lists the whole cluster again and again. */
const passageCount = 4;

/** What a bench is made for. */
export type BenchRequest = Pick<Bench, 'run' | 'options' | 'declared' | 'signal'>;

/**
 * Boots the cluster with the images of all its mutants, and makes in it what all mutants share.
 * @param onCleanup receives each cleanup; they run in reverse order
 */
export async function provideBench(
  { run, options, declared, signal }: BenchRequest,
  mutants: readonly Mutant[],
  onCleanup: (cleanup: Cleanup) => void,
): Promise<Bench> {
  const directory = resolve(options.reports, 'mutants');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const { target, profile } = await targetOfRun(options, signal);
  const clusterKind = options.cluster === 'simulated' ? 'simulated' : 'k3s';
  const changed = mutants.map((mutant) => manifestsOf(mutant, options));
  const exporters = changed.map((objects) => exporterContainer(findDeployment(objects)).image);
  const images = [...new Set([target.image, ...exporters, options.workloadImage, options.prometheusImage])];
  const provided = await provideCluster({ run, options, profile, images, directory }, onCleanup);
  const openPassage = async (number: number): Promise<Passage> => {
    const kubeconfig = join(directory, `proxy-${number}.kubeconfig`);
    const proxy = await startProxy(provided.kubeconfig, kubeconfig);
    onCleanup({ what: 'a proxy', run: () => proxy.stop().then(() => []) });
    return { client: await openCluster(kubeconfig), kubeconfig, proxy };
  };
  const client = await openBooted(provided.kubeconfig, signal);
  const objects = new OwnedObjects(client, CreationRecord.in(directory), run, false);
  if (provided.pulls) await pullOnNodes(client, objects, provided.pulls);
  const kubernetes = await serverVersion(client);
  await waitForNodes(client, provided.nodes);
  const { taint } = profile.cluster;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: target.namespace } };
  await Promise.all([
    waitForCoreDns(client, coreDnsToleration(taint)),
    objects.createNamespace(namespace),
    createFixtures(client, objects, { id: run, clusterKind, kubernetes, workloadImage: options.workloadImage }),
  ]);
  const lasting = (await listLabelled(client, `${runLabel}=${run}`)).flatMap(({ metadata }) => metadata.uid ?? []);
  return {
    run,
    options,
    declared,
    signal,
    namespace: target.namespace,
    clusterKind,
    kubernetes,
    client,
    objects,
    direct: { client, kubeconfig: provided.kubeconfig },
    passages: [await openPassage(0), ...(await Promise.all(range(1, passageCount).map(openPassage)))],
    directory,
    lasting: new Set(lasting),
  };
}

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** The manifests with the mutant's change in them. */
export function manifestsOf({ target = 'agent', change }: Mutant, options: Options): readonly KubernetesObject[] {
  const rendering = knownTargets[target].rendering();
  return change ? change(rendering, options) : rendering;
}
