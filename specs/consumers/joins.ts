import { eachObjectOf, type Inventory, objectName } from '../../helpers/accounting/inventory.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import type { Sample } from '../../helpers/exposition/model.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

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

/** The resources with a family of a join: `pods`. */
export const joinedResources: ReadonlySet<string> = new Set(joins.map(({ resource }) => resource));

/** The series under each key of a join, counted one sample after another: of a large cluster they are not kept. */
export class JoinCounts {
  readonly #counts = new Map(joins.map((join) => [join.family, { join, byKey: new Map<string, number>() }]));

  /** @param sample returns the sample, and is called if it is one of a join */
  add(family: string, value: number, sample: () => Sample): void {
    const counted = this.#counts.get(family);
    if (counted === undefined) return;
    const { join, byKey } = counted;
    if (join.value !== undefined && join.value !== value) return;
    const { labels } = sample();
    const key = `${join.name === 'namespace' ? '' : (labels.namespace ?? '')}/${labels[join.name]}`;
    byKey.set(key, (byKey.get(key) ?? 0) + 1);
  }

  of(family: string, { metadata }: KubernetesObject): number {
    return this.#counts.get(family)?.byKey.get(`${metadata.namespace ?? ''}/${metadata.name}`) ?? 0;
  }
}

/** What was found of the joins. */
export interface JoinedSeries {
  /** The objects without a series or with several, a line each: without a series the join loses the object, with two it is an error. */
  readonly findings: readonly string[];
  readonly families: ReadonlySet<string>;
  /** The number of examined pairs of an object and a family. */
  readonly objects: number;
}

/** Examines whether each settled object has exactly one series under its key in each family of a join. */
export function examineJoins({ target }: RequirementContext, inventory: Inventory, counts: JoinCounts): JoinedSeries {
  const options = parseExporterArguments(target.arguments);
  const context = contextOf(target.version, options);
  const families = new Set<string>();
  const findings: string[] = [];
  let objects = 0;
  for (const { table, rows } of exposedResources(tables, target.version, options)) {
    const joined = rows.filter(({ name }) =>
      joins.some(({ family, resource }) => family === name && resource === table.resource),
    );
    if (joined.length === 0) continue;
    for (const { object, settled } of eachObjectOf(table, inventory, target.version, options)) {
      if (!settled) continue;
      for (const row of joined.filter(({ samples }) => samples(object, context).length > 0)) {
        families.add(row.name);
        objects += 1;
        const count = counts.of(row.name, object);
        if (count !== 1) findings.push(`${objectName(object)} has ${count} series in ${row.name}`);
      }
    }
  }
  return { findings, families, objects };
}
