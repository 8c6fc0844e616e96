import { tagOf } from '../../helpers/exporter/image.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject, RawObject } from '../../helpers/kube/object.ts';
import { describePod, isReady, type Pod } from '../../helpers/kube/pod.ts';
import { restricted } from '../../helpers/kube/restricted.ts';
import type { ScrapeTarget } from '../../helpers/prometheus/prometheus.ts';
import { Prometheus } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { scrapeWhole } from '../../helpers/suite/scrape.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { familyDifferences } from './families.ts';
import { startOperator } from './operator.ts';
import { monitorOf, namespacesOf, type ServiceMonitor } from './service-monitor.ts';

const RBAC = 'rbac.authorization.k8s.io';
const name = 'consumer';

/** The name of the pod that the operator creates for the Prometheus. Source: prometheus-operator, design. */
const podName = `prometheus-${name}-0`;

/** From the creation of the Prometheus object to its pod Ready, including the start of the operator and the pull of the images. */
const operatorBudget = seconds(120);
/** From the pod Ready to all targets up: the reload of the configuration, and scrapes every 2 s. */
const targetsBudget = seconds(30);

interface ScrapeResult {
  /** The targets: `10.42.0.7:8080`. */
  readonly instances: readonly string[];
  /** The number of families in Prometheus. */
  readonly families: number;
}

/**
 * Creates a Prometheus object that selects the exporter's ServiceMonitor, and waits until every endpoint of the ServiceMonitor is a
 * target that is up, and every family of the exporter with samples is in Prometheus.
 * @throws NotObserved with the state of the pod, of the targets or of the families
 */
export async function scrapedByOperator(context: RequirementContext): Promise<ScrapeResult> {
  const { scratch, run, objects } = context;
  const created: KubernetesObject[] = [];
  const onCreate = (object: KubernetesObject) => created.unshift(object);
  const client = run.operatorImage === undefined ? context.client : await startOperator(context, run.operatorImage, onCreate);
  const namespace = await scratch.namespace();
  const monitor = monitorOf(context);
  try {
    for (const object of prometheusObjects(context, namespace, monitor)) {
      onCreate(await objects.withMapper(client.mapper).create(object));
    }
    const prometheus = Prometheus.fromPod(client, await readyPod(client, namespace));
    const instances = await untilTargetsAreUp(prometheus, monitor.spec.endpoints.length);
    return { instances, families: await untilFamiliesArrive(context, prometheus) };
  } finally {
    for (const object of created) await client.remove(object);
  }
}

/**
 * A Prometheus that selects only the given ServiceMonitor, and a ServiceAccount that may discover its targets.
 * @param namespace of these objects; the copy of the ServiceMonitor selects the same namespaces as the original
 */
function prometheusObjects(
  { target, profile, run }: RequirementContext,
  namespace: string,
  monitor: ServiceMonitor,
): readonly RawObject[] {
  const metadata = { name, namespace };
  const roleMetadata = { name: `${name}-${run.id}`, namespace: target.namespace };
  const version = tagOf(run.prometheusImage);
  const matchNames = namespacesOf(monitor);
  const namespaceSelector = matchNames ? { matchNames } : { any: true };
  const labels = { 'conformance/consumer': run.id };
  const verbs = ['get', 'list', 'watch'];
  const rules = [
    { apiGroups: [''], resources: ['services', 'endpoints', 'pods'], verbs },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs },
  ];
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: roleMetadata.name };
  const subjects = [{ kind: 'ServiceAccount', ...metadata }];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: roleMetadata, rules },
    { apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata: roleMetadata, roleRef, subjects },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { ...metadata, labels },
      spec: { ...monitor.spec, namespaceSelector },
    },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Prometheus',
      metadata,
      spec: {
        ...tolerating(profile),
        image: run.prometheusImage,
        ...(version !== undefined && { version }),
        replicas: 1,
        serviceAccountName: name,
        // The operator sets the security context of the containers.
        securityContext: restricted.pod,
        serviceMonitorSelector: { matchLabels: labels },
        scrapeInterval: '2s',
        evaluationInterval: '30s',
        portName: 'web',
        resources: { requests: { cpu: '10m', memory: '64Mi' } },
      },
    },
  ];
}

async function readyPod(client: KubeClient, namespace: string): Promise<Pod> {
  const pod = await waitFor({
    what: `the pod that the operator creates for the Prometheus in ${namespace} Ready`,
    within: operatorBudget,
    every: 500,
    observe: () => client.find<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace, name: podName }),
    until: (found) => found !== undefined && isReady(found),
    describe: (found) => (found ? describePod(found) : `no pod ${podName}`),
  });
  return pod as Pod;
}

async function untilTargetsAreUp(prometheus: Prometheus, count: number): Promise<readonly string[]> {
  const { targets } = await waitFor<{ readonly targets: readonly ScrapeTarget[]; readonly error?: string }>({
    what: `${count} target(s) of the ServiceMonitor up`,
    within: targetsBudget,
    every: 500,
    observe: async () => {
      const response = await prometheus.targets();
      return 'error' in response ? { targets: [], error: response.error } : { targets: response };
    },
    until: ({ targets: current }) => current.length === count && current.every(({ health }) => health === 'up'),
    describe: ({ targets: current, error = 'no target' }) =>
      current.map(({ instance, health, lastError }) => `${instance} ${health} ${lastError}`).join('; ') || error,
  });
  return targets.map(({ instance }) => instance).sort();
}

async function untilFamiliesArrive(context: RequirementContext, prometheus: Prometheus): Promise<number> {
  const { expected } = await waitFor({
    what: 'every family of the exporter that has samples in Prometheus',
    within: targetsBudget,
    every: 1000,
    observe: async () => {
      const result = await prometheus.query('count by (__name__) ({__name__=~"kube_.+"})');
      const names = 'rows' in result ? result.rows.map(({ labels }) => labels.__name__ ?? '') : [];
      const families = new Set(names.filter((family) => !isSelfMetric(family)));
      const exposed = await familiesWithSamples(context);
      return { expected: exposed, differences: familyDifferences(families, exposed) };
    },
    until: ({ differences }) => differences.length === 0,
    describe: ({ differences }) => differences.join('; '),
  });
  return expected.size;
}

/** Whether a family is one of the telemetry port. */
function isSelfMetric(family: string): boolean {
  return family.startsWith('kube_state_metrics_');
}

async function familiesWithSamples(context: RequirementContext): Promise<ReadonlySet<string>> {
  const exposition = await scrapeWhole(context);
  return new Set([...exposition.families.values()].filter(({ samples }) => samples.length > 0).map(({ name: family }) => family));
}
