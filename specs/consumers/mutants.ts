import type { RawObject } from '../../helpers/kube/object.ts';
import { argument, combined, container, extraObject, service } from '../../helpers/suite/mutant/changes.ts';
import type { ProxiedRequest } from '../../helpers/suite/mutant/interference.ts';
import { dropped, everyLine, firstLine, sampleOf, withBody, withLines } from '../../helpers/suite/mutant/lines.ts';
import { type ClusterChange, mutant } from '../../helpers/suite/mutant/mutant.ts';
import { answers, isScrape, objects, scrapes } from '../../helpers/suite/mutant/scrapes.ts';

/** Whether a request has a token; the suite's own requests through the proxy have none. */
const hasToken = ({ headers }: ProxiedRequest): boolean => headers.authorization !== undefined;

const isScrapeOfTheService = ({ path }: ProxiedRequest): boolean => /\/services\/[^/]+\/proxy\/metrics$/.test(path);

/** Adds a family. */
const withAnotherFamily = withBody(withLines('# TYPE conformance_another gauge', 'conformance_another 1'));

/** Removes a family, with its headers, from answers that only a requirement on readers outside compares. */
const withoutLeaseOwners = withBody(everyLine((line) => line.includes('kube_lease_owner'), dropped));

const RBAC = 'rbac.authorization.k8s.io';
const everyAccount = [{ apiGroup: RBAC, kind: 'Group', name: 'system:serviceaccounts' }];
const withoutCleanup = async () => undefined;

/** Binds the ClusterRole view to every ServiceAccount. */
const everyAccountMayView: ClusterChange = async ({ objects: owned }) => {
  const binding: RawObject = {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: `every-account-views-${owned.run}` },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' },
    subjects: everyAccount,
  };
  await owned.create(binding);
  return withoutCleanup;
};

/** Lets every ServiceAccount get the exposition through the Service. */
const everyAccountMayScrape: ClusterChange = async ({ target, objects: owned }) => {
  const { name, namespace } = target.service.metadata;
  const metadata = { name: 'every-account-scrapes', namespace: namespace ?? 'default' };
  const resourceNames = [`${name}:${target.ports.metrics.name}`];
  const rules = [{ apiGroups: [''], resources: ['services/proxy'], resourceNames, verbs: ['get'] }];
  const roleRef = { apiGroup: RBAC, kind: 'Role', name: metadata.name };
  await owned.create({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules } as RawObject);
  await owned.create({ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects: everyAccount } as RawObject);
  return withoutCleanup;
};

export const consumersMutants = [
  mutant('another-service-has-the-labels', {
    sentence: 'Another Service has the same labels, so that a ServiceMonitor selects both.',
    change: extraObject({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'namesake' },
      spec: { clusterIP: 'None', ports: [{ name: 'http-metrics', port: 8080 }] },
    }),
    fails: ['consumers/service-monitor-matches'],
  }),
  mutant('pods-lack-a-family', {
    sentence: 'A scraper in the cluster does not get a family that the suite gets through the API server.',
    proxy: () => answers((passing) => isScrape(passing) && !hasToken(passing), withAnotherFamily),
    fails: ['consumers/scraped-in-the-cluster'],
  }),
  mutant('default-family-is-denied', {
    sentence: 'An argument excludes a family that the release exposes by default.',
    change: argument('--metric-denylist=^kube_lease_renew_time$'),
    fails: ['settings/keeps-default-families'],
    verifies: ['consumers/default-families'],
  }),
  mutant('default-family-has-no-header', {
    sentence: 'The family kube_lease_renew_time is not exposed, though no argument excludes it.',
    proxy: scrapes(everyLine((line) => line.includes('kube_lease_renew_time'), dropped)),
    byItself: 'The requirements that compare the ways to reach the exporter would fail as well.',
    fails: ['consumers/default-families'],
  }),
  mutant('documented-metric-is-missing', {
    sentence: 'No Deployment has a sample of kube_deployment_spec_paused, which Datadog documents.',
    proxy: scrapes(everyLine(sampleOf('kube_deployment_spec_paused'), dropped)),
    fails: ['consumers/documented-metrics'],
  }),
  mutant('endpoints-lack-a-port', {
    sentence: "The Service's Endpoints lack the telemetry port.",
    proxy: () =>
      objects(
        ({ method, path }) => method === 'GET' && /\/endpoints\/[^/]+$/.test(path),
        (found) => {
          for (const subset of found.subsets as { ports: { name: string }[] }[]) {
            subset.ports = subset.ports.filter(({ name }) => name !== 'telemetry');
          }
        },
      ),
    fails: ['consumers/endpoints'],
  }),
  mutant('every-account-may-scrape', {
    sentence: 'Every ServiceAccount may get the exposition through the Service.',
    cluster: everyAccountMayScrape,
    fails: ['consumers/outside-without-a-role'],
  }),
  mutant('every-account-may-view', {
    sentence: 'Every ServiceAccount has the ClusterRole view.',
    cluster: everyAccountMayView,
    fails: ['consumers/outside-gets-no-more'],
  }),
  mutant('group-is-missing', {
    sentence: 'No series of a ConfigMap is exposed.',
    proxy: scrapes(everyLine((line) => line.startsWith('kube_configmap_'), dropped)),
    fails: ['consumers/metric-groups'],
  }),
  mutant('token-is-not-required', {
    sentence: 'The API server returns the exposition without a token.',
    proxy: () =>
      answers(
        (passing) => isScrapeOfTheService(passing) && !hasToken(passing),
        (answer) => ({ ...answer, status: 200, body: 'kube_pod_info{} 1\n' }),
      ),
    fails: ['consumers/outside-without-a-token'],
  }),
  mutant('pod-lacks-a-family-outside', {
    sentence: 'A reader outside of the cluster lacks a family through the pod.',
    proxy: () => answers((passing) => isScrape(passing) && hasToken(passing), withoutLeaseOwners),
    fails: ['consumers/outside-through-the-pod'],
  }),
  mutant('pod-is-on-two-nodes', {
    sentence: 'A pod has two series in kube_pod_info, so that joins with it fail.',
    proxy: scrapes(firstLine(sampleOf('kube_pod_info'), (line) => [line, line.replace(/node="[^"]*"/, 'node="elsewhere"')])),
    fails: ['consumers/label-joins'],
  }),
  mutant('service-lacks-a-family-outside', {
    sentence: 'A reader outside of the cluster lacks a family through the Service.',
    proxy: () => answers(isScrapeOfTheService, withoutLeaseOwners),
    fails: ['consumers/outside-through-the-service'],
  }),
  mutant('service-has-another-component', {
    sentence: 'The Service has another value in the label app.kubernetes.io/component, which a ServiceMonitor selects.',
    change: service(({ metadata }) =>
      Object.assign(metadata, { labels: { ...metadata.labels, 'app.kubernetes.io/component': 'metrics' } }),
    ),
    fails: ['consumers/service-monitor-matches'],
  }),
  mutant('slices-have-a-stale-address', {
    sentence: "The Service's EndpointSlices have an additional address.",
    proxy: () =>
      objects(
        ({ method, path }) => method === 'GET' && path.endsWith('/endpointslices'),
        ({ items }) => {
          for (const slice of items as { endpoints: object[] }[]) slice.endpoints.push({ addresses: ['10.42.0.250'] });
        },
      ),
    fails: ['consumers/endpoint-slices'],
  }),
  mutant('telemetry-is-on-the-loopback', {
    sentence: 'The telemetry port listens only on the loopback interface, and the readiness probe uses the other port.',
    change: combined(
      argument('--telemetry-host=127.0.0.1'),
      container((draft) => Object.assign(draft, { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } })),
    ),
    byItself: 'The requirement on the readiness probe would fail first.',
    fails: ['consumers/telemetry-in-the-cluster'],
  }),
];
