import pMap from 'p-map';
import { accept, getFromPod } from '../../exporter/exporter.ts';
import type { Exposition } from '../../exposition/model.ts';
import { readExposition, scanExposition } from '../../exposition/read.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { RawObject } from '../../kube/object.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import { PackedBytes } from '../../kube/packed-bytes.ts';
import { restricted } from '../../kube/restricted.ts';
import { surfaceOfScrape } from '../../prometheus/rules/surface.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { Measure } from '../cost.ts';
import type { RunningSide, Sides } from './readings.ts';

/** Odd, so that the median is the time of a scrape. */
const SCRAPES = 7;

interface Cost {
  readonly scrapeMs: number;
  readonly bytes: number;
  readonly series: number;
  readonly memory: number;
  /** Since the process began, in seconds. */
  readonly cpu: number;
}

/** The cost of both at the same time, scraped in turns so that the load of the machine affects both alike. */
export async function measureCost(client: KubeClient, sides: Sides<RunningSide>, when: string): Promise<readonly Measure[]> {
  const times = { old: [] as number[], new: [] as number[] };
  const bodies: Record<'old' | 'new', PackedBytes> = { old: new PackedBytes(), new: new PackedBytes() };
  for (let turn = 0; turn < SCRAPES; turn += 1) {
    for (const side of ['old', 'new'] as const) {
      const begun = performance.now();
      bodies[side] = await scrapeBody(client, sides[side]);
      times[side].push(performance.now() - begun);
    }
  }
  const [old, now] = await Promise.all(
    (['old', 'new'] as const).map((side) => costOf(client, sides[side], bodies[side], median(times[side]))),
  );
  if (!old || !now) throw new Error('Two sides were measured, and one is missing.');
  const measure = (name: Measure['name'], unit: Measure['unit'], amount: (cost: Cost) => number): Measure => ({
    name,
    when,
    unit,
    old: amount(old),
    new: amount(now),
  });
  return [
    measure('scrape', 'ms', ({ scrapeMs }) => scrapeMs),
    measure('body', 'bytes', ({ bytes }) => bytes),
    measure('series', 'series', ({ series }) => series),
    measure('memory', 'bytes', ({ memory }) => memory),
    measure('cpu', 's', ({ cpu }) => cpu),
  ];
}

async function scrapeBody(client: KubeClient, { pod, target }: RunningSide): Promise<PackedBytes> {
  return (await getFromPod(client, pod, target.ports.metrics.number, '/metrics', { Accept: accept.text })).source;
}

async function costOf(client: KubeClient, { pod, target }: RunningSide, body: PackedBytes, scrapeMs: number): Promise<Cost> {
  const { bytes, samples } = await scanExposition(body, {
    format: 'text',
    visitor: { family: () => undefined, sample: () => undefined },
  });
  const response = await getFromPod(client, pod, target.ports.telemetry.number, '/metrics', { Accept: accept.text });
  const telemetry = (await readExposition(response.body, { format: 'text' })).exposition;
  return {
    scrapeMs,
    bytes,
    series: samples,
    memory: telemetryValue(telemetry, 'process_resident_memory_bytes'),
    cpu: telemetryValue(telemetry, 'process_cpu_seconds_total'),
  };
}

function telemetryValue({ families }: Exposition, name: string): number {
  const value = families.get(name)?.samples[0]?.value;
  if (value === undefined) throw new Error(`The exporter's telemetry has no ${name}.`);
  return value;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** How many objects of a resource to add: pods that no node runs, or config maps. */
export type Load = ReadonlyMap<'pods' | 'configmaps', number>;

const CREATED_AT_ONCE = 24;

/** Creates the objects of a load in a namespace, and waits until both exporters expose all of them. */
export async function applyLoad(
  client: KubeClient,
  sides: Sides<RunningSide>,
  { objects, namespace, image, load }: { objects: OwnedObjects; namespace: string; image: string; load: Load },
): Promise<void> {
  for (const [resource, count] of load) {
    const names = Array.from({ length: count }, (_, index) => `load-${index}`);
    await pMap(names, (name) => objects.create(objectOf(resource, { namespace, name }, image)), { concurrency: CREATED_AT_ONCE });
    const family = resource === 'pods' ? 'kube_pod_info' : 'kube_configmap_info';
    await waitFor({
      what: `${count} ${resource} of the load exposed by both exporters`,
      within: seconds(60),
      every: 1000,
      observe: () => Promise.all([sides.old, sides.new].map((side) => exposedCount(client, side, family, namespace))),
      until: (counts) => counts.every((exposed) => exposed >= count),
      describe: (counts) => counts.join(' and '),
    });
  }
}

async function exposedCount(
  client: KubeClient,
  { pod, target }: RunningSide,
  family: string,
  namespace: string,
): Promise<number> {
  const { source } = await getFromPod(client, pod, target.ports.metrics.number, '/metrics');
  const { families } = await surfaceOfScrape(source, 'text');
  let count = 0;
  for (const { labels } of families.get(family)?.samples ?? []) {
    if (labels.namespace === namespace && Object.values(labels).some((value) => value.startsWith('load-'))) count += 1;
  }
  return count;
}

/** No scheduler has the name in the pod, so that it stays Pending and costs neither scheduler nor kubelet anything. */
function objectOf(resource: 'pods' | 'configmaps', metadata: { namespace: string; name: string }, image: string): RawObject {
  if (resource === 'configmaps') return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { key: 'value' } };
  const resources = { requests: { cpu: '1m', memory: '1Mi' } };
  const spec = {
    automountServiceAccountToken: false,
    schedulerName: 'none',
    terminationGracePeriodSeconds: 0,
    securityContext: restricted.pod,
    containers: [{ name: 'main', image, securityContext: restricted.container, resources }],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec };
}
