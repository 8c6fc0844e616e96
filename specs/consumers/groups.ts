import { objectsOf, takeInventory } from '../../helpers/accounting/inventory.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { readsOf } from '../../helpers/exporter/reads.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { fixturesSettled } from '../../helpers/suite/fixtures.ts';
import { readObjects } from '../../helpers/suite/read-objects.ts';
import { scrapeExporter } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';

/** A metric group of the exporter's documentation. */
interface Group {
  readonly resource: string;
  /** The families that must have samples according to the objects. */
  readonly expected: readonly string[];
  /** The expected families that have samples. */
  readonly actual: readonly string[];
}

interface Observation {
  readonly groups: readonly Group[];
  readonly faults: readonly string[];
}

/**
 * Scrapes until `faultsOf` finds nothing in the documented groups that this release exposes by default.
 * @returns the groups of which the cluster has objects with samples
 * @throws NotObserved with the faults when the freshness bound has passed
 */
export async function untilGroupsHave(
  context: RequirementContext,
  what: string,
  faultsOf: (group: Group) => readonly string[],
): Promise<readonly Group[]> {
  await fixturesSettled(context.client, context.run);
  const { groups } = await waitFor<Observation>({
    what,
    within: freshnessBound,
    every: 500,
    observe: async () => {
      const exposed = await exposedGroups(context);
      return { groups: exposed, faults: exposed.flatMap(faultsOf) };
    },
    until: ({ groups: exposed, faults }) => faults.length === 0 && exposed.length > 0,
    describe: ({ faults }) => faults.join('\n') || 'no object of any group',
  });
  return groups;
}

/** A line if the group has no series. */
export function withoutSeries({ resource, actual }: Group): readonly string[] {
  return actual.length === 0 ? [`no series of ${resource}`] : [];
}

/** The documented metrics of the group without a sample, a line each. */
export function missingMetrics({ resource, expected, actual }: Group): readonly string[] {
  return documentedOf(resource)
    .filter((name) => expected.includes(name) && !actual.includes(name))
    .map((name) => `${name} has no sample`);
}

/** The documented metrics of the groups that must have samples. */
export function documentedIn(groups: readonly Group[]): readonly string[] {
  return groups.flatMap(({ resource, expected }) => documentedOf(resource).filter((name) => expected.includes(name)));
}

function documentedOf(resource: string): readonly string[] {
  return documentedMetrics[resource] ?? [];
}

async function exposedGroups(context: RequirementContext): Promise<readonly Group[]> {
  const { client, target } = context;
  const kinds = readsOf({ version: target.version, arguments: [] }).filter(({ resource }) => resource in documentedMetrics);
  const before = await readObjects(client, kinds);
  const { exposition } = await scrapeExporter(context);
  const inventory = takeInventory(before, await readObjects(client, kinds));
  const row = contextOf(target.version, {});
  const hasSamples = (name: string) => (exposition.families.get(name)?.samples.length ?? 0) > 0;
  return exposedResources(tables, target.version, {})
    .filter(({ table }) => table.resource in documentedMetrics)
    .map(({ table, rows }) => {
      const objects = objectsOf(table, inventory, target.version, {}).filter(({ settled }) => settled);
      const expected = rows
        .filter(({ samples }) => objects.some(({ object }) => samples(object, row).length > 0))
        .map(({ name }) => name);
      return { resource: table.resource, expected, actual: expected.filter(hasSamples) };
    })
    .filter(({ expected }) => expected.length > 0);
}

/**
 * The metrics that Datadog's check uses, by resource: the groups from CronJob to CertificateSigningRequest. It uses no metric of
 * ConfigMap and CertificateSigningRequest by name.
 * Source: Datadog, kubernetes_state_core: data collected.
 */
export const documentedMetrics: Readonly<Record<string, readonly string[]>> = {
  cronjobs: family('kube_cronjob', 'spec_suspend next_schedule_time status_last_schedule_time labels'),
  daemonsets: family(
    'kube_daemonset',
    'status_current_number_scheduled status_desired_number_scheduled status_number_available status_number_misscheduled ' +
      'status_number_ready status_number_unavailable status_updated_number_scheduled labels',
  ),
  deployments: family(
    'kube_deployment',
    'spec_paused spec_replicas spec_strategy_rollingupdate_max_surge spec_strategy_rollingupdate_max_unavailable ' +
      'status_condition status_replicas status_replicas_available status_replicas_ready status_replicas_unavailable ' +
      'status_replicas_updated labels',
  ),
  jobs: family('kube_job', 'complete failed owner status_failed status_succeeded labels'),
  limitranges: ['kube_limitrange'],
  nodes: family('kube_node', 'created info labels spec_unschedulable status_allocatable status_capacity status_condition'),
  persistentvolumes: family('kube_persistentvolume', 'capacity_bytes info status_phase'),
  persistentvolumeclaims: family('kube_persistentvolumeclaim', 'access_mode info resource_requests_storage_bytes status_phase'),
  pods: family(
    'kube_pod',
    'container_resource_limits container_resource_requests container_status_ready container_status_restarts_total ' +
      'container_status_running container_status_terminated container_status_terminated_reason container_status_waiting ' +
      'container_status_waiting_reason created info labels spec_volumes_persistentvolumeclaims_readonly start_time ' +
      'status_phase status_ready status_reason status_scheduled status_unschedulable',
  ),
  poddisruptionbudgets: family(
    'kube_poddisruptionbudget',
    'status_current_healthy status_desired_healthy status_expected_pods status_pod_disruptions_allowed',
  ),
  replicasets: family(
    'kube_replicaset',
    'owner spec_replicas status_fully_labeled_replicas status_ready_replicas status_replicas labels',
  ),
  replicationcontrollers: family(
    'kube_replicationcontroller',
    'spec_replicas status_available_replicas status_fully_labeled_replicas status_ready_replicas status_replicas',
  ),
  resourcequotas: ['kube_resourcequota'],
  services: ['kube_service_spec_type'],
  statefulsets: family(
    'kube_statefulset',
    'replicas status_replicas status_replicas_current status_replicas_ready status_replicas_updated labels',
  ),
  namespaces: ['kube_namespace_status_phase'],
  horizontalpodautoscalers: family(
    'kube_horizontalpodautoscaler',
    'spec_max_replicas spec_min_replicas spec_target_metric status_condition status_current_replicas status_desired_replicas ' +
      'status_target_metric labels',
  ),
  endpoints: family('kube_endpoint', 'address_available address_not_ready labels'),
  secrets: ['kube_secret_type'],
  configmaps: [],
  ingresses: family('kube_ingress', 'path labels'),
  certificatesigningrequests: [],
};

function family(prefix: string, names: string): readonly string[] {
  return names.split(' ').map((name) => `${prefix}_${name}`);
}
