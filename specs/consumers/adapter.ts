import { stringify } from 'yaml';
import { reachedAt } from '../../helpers/exporter/ports.ts';
import { scrapeAccess, scrapeRules } from '../../helpers/exporter/secured.ts';
import { NotApplicable, verify } from '../../helpers/failure.ts';
import type { KubernetesObject, RawObject } from '../../helpers/kube/object.ts';
import { isReady, type Pod } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { restricted } from '../../helpers/kube/restricted.ts';
import { accountObjects, requestToken } from '../../helpers/kube/service-account.ts';
import type { Deployment, PolicyRule } from '../../helpers/kube/workload.ts';
import { PROMETHEUS_PORT, prometheusObjects } from '../../helpers/prometheus/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

const RBAC = 'rbac.authorization.k8s.io';
const group = 'custom.metrics.k8s.io';
const api = `/apis/${group}/v1beta1`;
const name = 'prometheus-adapter';
const port = 6443;

/** The metric that is read for an object, and where the object itself has its value: the replicas of a Deployment. */
export const metric = 'kube_deployment_spec_replicas';
const resource = `deployments.apps/${metric}`;

/** From the creation of the adapter's pod until it lists the metric: its start, and the lists of series every few seconds. */
const budget = seconds(120);

/** The adapter's rule for the metric. Source: prometheus-adapter, docs/config.md. */
export const metricRules = [
  {
    seriesQuery: `${metric}{namespace!="",deployment!=""}`,
    resources: { overrides: { namespace: { resource: 'namespace' }, deployment: { group: 'apps', resource: 'deployment' } } },
    metricsQuery: 'max(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)',
  },
];

/** What is stated of the metric in the list of the API. Source: Kubernetes, custom.metrics.k8s.io/v1beta1: MetricValueList. */
interface MetricValues {
  readonly items?: readonly { readonly describedObject?: { readonly name?: string }; readonly value?: string }[];
}

/**
 * Starts a Prometheus that scrapes the exporter and a prometheus-adapter that reads it, and gets a metric of the exporter's own Deployment
 * through the API server with the token of a reader that may get nothing else; one without that right is refused.
 * @returns a sentence for the report
 * @throws NotObserved with the API server's last response, RequirementFailure with another value than the Deployment's
 */
export async function readsCustomMetric(context: RequirementContext, image: string): Promise<string> {
  const { client, run, scratch, target } = context;
  const created: KubernetesObject[] = [];
  const create = async <O extends KubernetesObject>(object: RawObject): Promise<O> => {
    const stored = await scratch.create<O>(object);
    created.unshift(stored);
    return stored;
  };
  try {
    if ((await client.send('GET', api)).status === 200)
      throw new NotApplicable('The cluster has a server of the custom metrics API.');
    const namespace = await scratch.namespace();
    const address = await startPrometheus(context, namespace, create);
    const account = accountObjects({ namespace, name, roleName: `${name}-${run.id}`, rules: adapterRules });
    for (const object of [...account, ...delegations(namespace, run.id)]) await create(object);
    await create({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace },
      data: { 'config.yaml': stringify({ rules: metricRules }) },
    });
    const pod = await create<Pod>(adapterPod(context, namespace, image, `http://${address}:${PROMETHEUS_PORT}/`));
    await scratch.podUntil(pod, `${name} Ready`, isReady, budget);
    // Last, and so the first that is removed: discovery fails while no server answers for its group.
    for (const object of registration(namespace)) await create(object);
    const [reader, stranger] = await Promise.all([
      tokenOf(context, 'reader-of-a-metric', [{ apiGroups: [group], resources: [resource], verbs: ['get'] }]),
      tokenOf(context, 'reader-of-no-metric', []),
    ]);
    const workload = await client.get<Deployment>(referenceOf(target.workload));
    const path = `${api}/namespaces/${target.namespace}/deployments.apps/${workload.metadata.name}/${metric}`;
    await listed(context, reader);
    const value = await valueAt(context, reader, path);
    const expected = String(workload.spec.replicas ?? 1);
    verify(value === expected, { expected: `${metric} ${expected}, the replicas of the Deployment`, actual: value });
    const { status } = await client.withToken(stranger).send('GET', path);
    verify(status === 403, { expected: '403 for a reader without the right to get the metric', actual: String(status) });
    return `${metric} of ${workload.metadata.name} is ${value}`;
  } finally {
    for (const object of created) await client.remove(object, object.kind === 'Pod' ? 0 : undefined);
  }
}

/** A Prometheus that scrapes the exporter's pod at its address. @returns its own */
async function startPrometheus(
  { exporter, profile, run, scratch, target }: RequirementContext,
  namespace: string,
  create: (object: RawObject) => Promise<KubernetesObject>,
): Promise<string> {
  const account = 'scrapes-for-the-adapter';
  const scraper = { namespace, name: account, roleName: `${account}-${run.id}`, rules: scrapeRules(target) };
  for (const object of accountObjects(scraper)) await create(object);
  const { podIP = '' } = (await exporter.pod()).status ?? {};
  const targets = [`${podIP}:${reachedAt(target.ports.metrics)}`];
  const configuration = {
    global: { scrape_interval: '2s', scrape_timeout: '2s' },
    scrape_configs: [
      { job_name: 'kube-state-metrics', honor_labels: true, static_configs: [{ targets }], ...scrapeAccess(target) },
    ],
  };
  const objects = prometheusObjects({
    namespace,
    name: 'prometheus-of-the-adapter',
    image: run.prometheusImage,
    account,
    spec: tolerating(profile),
    files: { 'prometheus.yml': stringify(configuration) },
  });
  await create(objects.configuration);
  const pod = (await create(objects.pod)) as Pod;
  const ready = await scratch.podUntil(pod, `${pod.metadata.name} Ready`, isReady, seconds(60));
  return ready.status?.podIP ?? '';
}

/** What the adapter reads of the cluster. Source: prometheus-adapter, deploy/manifests. */
const adapterRules = [
  { apiGroups: [''], resources: ['nodes', 'namespaces', 'pods', 'services'], verbs: ['get', 'list', 'watch'] },
];

/** The right to have the API server authenticate and authorize the adapter's own clients. Source: Kubernetes, Set up an extension API server. */
function delegations(namespace: string, run: string): readonly RawObject[] {
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const role = (kind: string, roleName: string) => ({ apiGroup: RBAC, kind, name: roleName });
  return [
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: `${name}-delegator-${run}` },
      roleRef: role('ClusterRole', 'system:auth-delegator'),
      subjects,
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'RoleBinding',
      metadata: { name: `${name}-reader-${run}`, namespace: 'kube-system' },
      roleRef: role('Role', 'extension-apiserver-authentication-reader'),
      subjects,
    },
  ];
}

function adapterPod({ profile }: RequirementContext, namespace: string, image: string, prometheus: string): RawObject {
  const https = { path: '/readyz', port, scheme: 'HTTPS' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { 'conformance/consumer': name } },
    spec: {
      serviceAccountName: name,
      terminationGracePeriodSeconds: 0,
      securityContext: restricted.pod,
      ...tolerating(profile),
      containers: [
        {
          name,
          image,
          imagePullPolicy: 'IfNotPresent',
          args: [
            '--cert-dir=/certificates',
            '--config=/etc/adapter/config.yaml',
            '--metrics-relist-interval=5s',
            `--prometheus-url=${prometheus}`,
            `--secure-port=${port}`,
          ],
          ports: [{ containerPort: port }],
          readinessProbe: { httpGet: https, periodSeconds: 1 },
          securityContext: restricted.container,
          resources: { requests: { cpu: '10m', memory: '64Mi' } },
          volumeMounts: [
            { name: 'config', mountPath: '/etc/adapter' },
            { name: 'certificates', mountPath: '/certificates' },
          ],
        },
      ],
      volumes: [
        { name: 'config', configMap: { name } },
        { name: 'certificates', emptyDir: {} },
      ],
    },
  };
}

function registration(namespace: string): readonly RawObject[] {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { 'conformance/consumer': name }, ports: [{ port: 443, targetPort: port }] },
  };
  const spec = { group, version: 'v1beta1', insecureSkipTLSVerify: true, groupPriorityMinimum: 100, versionPriority: 100 };
  return [
    service,
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `v1beta1.${group}` },
      spec: { ...spec, service: { name, namespace } },
    },
  ];
}

async function tokenOf({ client, run, scratch }: RequirementContext, account: string, granted: readonly PolicyRule[]) {
  const namespace = await scratch.namespace();
  const objects = accountObjects({ namespace, name: account, roleName: `${account}-${run.id}`, rules: granted });
  for (const object of objects) await scratch.create(object);
  return requestToken(client, namespace, account);
}

/** Waits until the API lists the metric to a reader. */
async function listed({ client }: RequirementContext, token: string): Promise<void> {
  await waitFor({
    what: `${resource} listed at ${api}`,
    within: budget,
    every: 1000,
    observe: () => client.withToken(token).send<{ resources?: readonly { name: string }[] }>('GET', api),
    until: ({ status, data }) =>
      status === 200 && data.resources?.some((listedResource) => listedResource.name === resource) === true,
    describe: ({ status, data }) => `${status}: ${JSON.stringify(data).slice(0, 300)}`,
  });
}

async function valueAt({ client }: RequirementContext, token: string, path: string): Promise<string> {
  const { data } = await waitFor({
    what: `a value at ${path}`,
    within: seconds(30),
    every: 1000,
    observe: () => client.withToken(token).send<MetricValues>('GET', path),
    until: ({ status, data: { items = [] } }) => status === 200 && items.length === 1,
    describe: ({ status, data: body }) => `${status}: ${JSON.stringify(body).slice(0, 300)}`,
  });
  return data.items?.[0]?.value ?? 'no value';
}
