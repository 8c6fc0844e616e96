import { eachObjectOf, objectName, takeInventory } from '../../helpers/accounting/inventory.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { isInShard } from '../../helpers/catalogue/sharding.ts';
import { contextOf, type FamilyRow } from '../../helpers/catalogue/table.ts';
import { freshnessBound, type Instance } from '../../helpers/exporter/installed.ts';
import { servedReads } from '../../helpers/exporter/reads.ts';
import type { Labels } from '../../helpers/exposition/model.ts';
import { type SeriesVisitor, scanExposition } from '../../helpers/exposition/read.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { listableKinds, storeObjects } from '../../helpers/suite/read-objects.ts';
import { type InstanceScrape, instancesOf, scrapeUnread } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';

/** An object that did not change during the scrapes, and the processes that expose it. */
export interface Placement {
  /** `Pod default/web-0` */
  readonly name: string;
  readonly uid: string;
  readonly processes: readonly Instance[];
}

/**
 * Finds, for each object of the cluster that has samples, the processes that expose one of them. It is read from the labels of the samples:
 * nothing is derived from how the exporter divides the objects.
 */
export async function placementsIn(context: RequirementContext, instances: readonly Instance[]): Promise<readonly Placement[]> {
  const { client, run, target } = context;
  const { version } = target;
  const options = parseExporterArguments(target.arguments);
  const row = contextOf(version, options);
  const served = listableKinds(servedReads(target, client.mapper), run);
  const resources = new Set(served.map(({ resource }) => resource));
  const exposed = exposedResources(tables, version, options).filter(({ table }) => resources.has(table.resource));
  const read = () => storeObjects(client, served, options);
  const before = await read();
  const first = takeInventory(before);
  const identities = exposed.map(({ table, rows }) => {
    for (const { object } of eachObjectOf(table, first, version, options))
      return { rows, names: Object.keys(table.labels(object, row)) };
    return { rows, names: [] };
  });
  const found = await Promise.all(
    instances.map(async (instance) => ({ instance, keys: await keysExposedBy(client, instance, identities) })),
  );
  const inventory = takeInventory(before, await read());

  const byNode = instances.some(({ options: { node } }) => node !== undefined);
  const nodes = byNode ? await client.list({ apiVersion: 'v1', kind: 'Node' }) : undefined;
  const nodeNames = nodes && new Set(nodes.map(({ metadata }) => metadata.name));
  const placements: Placement[] = [];
  for (const [index, { table, rows }] of exposed.entries()) {
    const names = identities[index]?.names ?? [];
    for (const { object, settled } of eachObjectOf(table, inventory, version, options)) {
      if (!settled || !isOnSomeNode(object, nodeNames)) continue;
      if (!rows.some(({ samples }) => samples(object, row).length > 0)) continue;
      const key = keyOf(table.labels(object, row), names);
      const processes = found.filter(({ keys }) => keys[index]?.has(key)).map(({ instance }) => instance);
      placements.push({ name: objectName(object), uid: object.metadata.uid ?? '', processes });
    }
  }
  return placements;
}

/** The labels that identify the objects of a resource, and its families. */
interface Identity {
  readonly rows: readonly FamilyRow[];
  readonly names: readonly string[];
}

/** Scrapes a process, and finds for each resource the keys of the objects with a sample in one of its families. */
async function keysExposedBy(
  client: KubeClient,
  { exporter, pod }: Instance,
  identities: readonly Identity[],
): Promise<readonly ReadonlySet<string>[]> {
  const { source, format } = await scrapeUnread(client, pod, exporter.target.ports.metrics.number);
  const keys = identities.map(() => new Set<string>());
  const resources = new Map(identities.flatMap(({ rows }, index) => rows.map(({ name }) => [name, index] as const)));
  let current: number | undefined;
  const visitor: SeriesVisitor = {
    family: (name) => {
      current = resources.get(name);
    },
    sample: (_digest, _value, sample) => {
      if (current !== undefined) keys[current]?.add(keyOf(sample().labels, identities[current]?.names ?? []));
    },
  };
  await scanExposition(source, { format, visitor });
  return keys;
}

/**
 * Whether an object is no pod of a node that is gone: such a pod is about to be deleted, and no process selects it by its node.
 * @param nodes undefined where no process does
 */
function isOnSomeNode(object: KubernetesObject, nodes: ReadonlySet<string> | undefined): boolean {
  const { nodeName = '' } = object.kind === 'Pod' ? (object as Pod).spec : {};
  return nodeName === '' || (nodes?.has(nodeName) ?? true);
}

function keyOf(labels: Labels, names: readonly string[]): string {
  return JSON.stringify(names.map((name) => labels[name]));
}

/**
 * Waits until each object is exposed by exactly one process.
 * @returns how many objects each process exposes
 * @throws NotObserved with the objects in none and in several, by the share that they belong to
 */
export async function untilEachObjectOnce(context: RequirementContext): Promise<ReadonlyMap<Instance, number>> {
  const instances = await instancesOf(context);
  const placements = await waitFor({
    what: 'each object exposed by exactly one process of the exporter',
    within: 2 * freshnessBound,
    every: 500,
    observe: () => placementsIn(context, instances),
    until: (found) => found.length > 0 && found.every(({ processes }) => processes.length === 1),
    describe: (found) => [...faultsOf(found, instances)].join('\n') || 'no object with a sample',
  });
  return new Map(instances.map((instance) => [instance, placements.filter(({ processes }) => processes[0] === instance).length]));
}

/** How many objects are named for each share. */
const shown = 3;

/** The objects in no exposition and in several, a line for each share, with the first of them. */
export function faultsOf(placements: readonly Placement[], instances: readonly Instance[]): readonly string[] {
  const groups = new Map<string, string[]>();
  const add = (group: string, name: string) => groups.set(group, [...(groups.get(group) ?? []), name]);
  for (const { name, uid, processes } of placements) {
    if (processes.length === 0) add(`in no exposition${belongingTo(uid, instances)}`, name);
    if (processes.length > 1) add(`in those of ${processes.map((process) => process.name).join(' and of ')}`, name);
  }
  return [...groups].map(([group, names]) => {
    const more = names.length > shown ? ` and ${names.length - shown} more` : '';
    return `${names.length} object(s) ${group}: ${names.slice(0, shown).join(', ')}${more}`;
  });
}

/** The shard of an object in words, as the exporter computes it; nothing where objects are not divided by uid. */
function belongingTo(uid: string, instances: readonly Instance[]): string {
  const total = instances.find(({ options }) => options.shard)?.options.shard?.total;
  if (total === undefined) return '';
  const ordinal = Array.from({ length: total }, (_, index) => index).find((index) => isInShard(uid, { ordinal: index, total }));
  const process = instances.find(({ options }) => options.shard?.ordinal === ordinal);
  return `, of shard ${ordinal} of ${total} (${process?.name ?? 'which no workload is'})`;
}

/**
 * The pods in the exposition of a process that selects them by node, or without a node, that it must not have.
 * @returns a line for each, and the number of pods that were examined
 */
export function podsOfOthers({ instance, exposition }: InstanceScrape): {
  readonly lines: readonly string[];
  readonly pods: number;
} {
  const { node, unscheduledPods } = instance.options;
  if (node === undefined && !unscheduledPods) return { lines: [], pods: 0 };
  const samples = exposition.families.get('kube_pod_info')?.samples ?? [];
  const foreign = samples.filter(({ labels }) => (labels.node ?? '') !== (node ?? ''));
  const lines = foreign.map(
    ({ labels }) =>
      `${instance.name}, which exposes the pods ${node === undefined ? 'without a node' : `of ${node}`}: ` +
      `${labels.namespace}/${labels.pod} ${labels.node ? `of ${labels.node}` : 'without a node'}`,
  );
  return { lines, pods: samples.length };
}
