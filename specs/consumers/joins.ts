import { objectName, objectsOf, takeInventory } from '../../helpers/accounting/inventory.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { readsOf } from '../../helpers/exporter/reads.ts';
import type { Family } from '../../helpers/exposition/model.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { readObjects } from '../../helpers/suite/read-objects.ts';
import { scrapeWhole } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';

/** A family that rules join with: `x * on (namespace, pod) group_left (node) kube_pod_info`. */
interface Join {
  readonly family: string;
  /** As in `--resources`: `pods`. */
  readonly resource: string;
  /** The label with the object's name; with the label `namespace`, if any, it is the key of a join. */
  readonly name: string;
  /** Only series with this value are joined. */
  readonly value?: number;
}

/** Source: Datadog, kubernetes_state_core: label joins; and families that rules commonly join with. */
const joins: readonly Join[] = [
  { family: 'kube_pod_info', resource: 'pods', name: 'pod' },
  { family: 'kube_pod_labels', resource: 'pods', name: 'pod' },
  { family: 'kube_pod_owner', resource: 'pods', name: 'pod' },
  { family: 'kube_pod_status_phase', resource: 'pods', name: 'pod', value: 1 },
  { family: 'kube_node_info', resource: 'nodes', name: 'node' },
  { family: 'kube_node_labels', resource: 'nodes', name: 'node' },
  { family: 'kube_namespace_labels', resource: 'namespaces', name: 'namespace' },
  { family: 'kube_persistentvolume_info', resource: 'persistentvolumes', name: 'persistentvolume' },
  { family: 'kube_persistentvolumeclaim_info', resource: 'persistentvolumeclaims', name: 'persistentvolumeclaim' },
  { family: 'kube_service_info', resource: 'services', name: 'service' },
  { family: 'kube_deployment_labels', resource: 'deployments', name: 'deployment' },
  { family: 'kube_replicaset_labels', resource: 'replicasets', name: 'replicaset' },
  { family: 'kube_replicaset_owner', resource: 'replicasets', name: 'replicaset' },
  { family: 'kube_daemonset_labels', resource: 'daemonsets', name: 'daemonset' },
  { family: 'kube_statefulset_labels', resource: 'statefulsets', name: 'statefulset' },
  { family: 'kube_job_labels', resource: 'jobs', name: 'job_name' },
  { family: 'kube_cronjob_labels', resource: 'cronjobs', name: 'cronjob' },
];

interface Observation {
  /** The objects without a series or with several, a line each. */
  readonly findings: readonly string[];
  readonly families: ReadonlySet<string>;
  /** The number of examined pairs of an object and a family. */
  readonly objects: number;
}

/**
 * Waits until each object has exactly one series under its key in each family of a join: without a series the join loses the object,
 * with two it is an error.
 */
export async function untilJoinsAreUnique(context: RequirementContext): Promise<Observation> {
  return waitFor({
    what: 'exactly one series of every object in the families of joins',
    within: freshnessBound,
    every: 500,
    observe: () => countSeries(context),
    until: ({ findings, objects }) => findings.length === 0 && objects > 0,
    describe: ({ findings }) => findings.join('\n') || 'no object to join with',
  });
}

async function countSeries(context: RequirementContext): Promise<Observation> {
  const { client, target } = context;
  const resources = new Set(joins.map(({ resource }) => resource));
  const kinds = readsOf(target).filter(({ resource }) => resources.has(resource));
  const before = await readObjects(client, kinds);
  const exposition = await scrapeWhole(context);
  const inventory = takeInventory(before, await readObjects(client, kinds));

  const options = parseExporterArguments(target.arguments);
  const row = contextOf(target.version, options);
  const families = new Set<string>();
  const findings: string[] = [];
  let objects = 0;
  for (const { table, rows } of exposedResources(tables, target.version, options)) {
    const settled = objectsOf(table, inventory, target.version, options).filter((listed) => listed.settled);
    for (const join of joins.filter(({ resource }) => resource === table.resource)) {
      const family = rows.find(({ name }) => name === join.family);
      const joined = settled.filter(({ object }) => (family?.samples(object, row).length ?? 0) > 0);
      if (joined.length === 0) continue;
      const counts = countsByKey(exposition.families.get(join.family), join);
      families.add(join.family);
      objects += joined.length;
      for (const { object } of joined) {
        const count = counts.get(keyOf(object)) ?? 0;
        if (count !== 1) findings.push(`${objectName(object)} has ${count} series in ${join.family}`);
      }
    }
  }
  return { findings, families, objects };
}

function countsByKey(family: Family | undefined, { name, value }: Join): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const sample of family?.samples ?? []) {
    if (value !== undefined && sample.value !== value) continue;
    const key = `${name === 'namespace' ? '' : (sample.labels.namespace ?? '')}/${sample.labels[name]}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function keyOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
