import { argument, combined, container, extraObject, service } from '../../helpers/suite/mutant/changes.ts';
import { dropped, everyLine, firstLine, sampleOf } from '../../helpers/suite/mutant/lines.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { answers, isScrape, objects, scrapes } from '../../helpers/suite/mutant/scrapes.ts';
import { everyAccountMayScrape, everyAccountMayView } from './open-to-all.ts';
import { bringsAToken, isScrapeOfTheService, withoutLeaseOwners } from './other-readers.ts';

export const consumersMutants = [
  mutant('another-service-has-the-labels', {
    sentence: 'Another Service has the same labels, so that a ServiceMonitor finds both.',
    change: extraObject({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'namesake' },
      spec: { clusterIP: 'None', ports: [{ name: 'http-metrics', port: 8080 }] },
    }),
    fails: ['consumers/service-monitor-matches'],
  }),
  mutant('cluster-gets-other-families', {
    sentence: 'In the cluster a scraper gets a family that the suite does not get through the API server.',
    proxy: () => answers((passing) => isScrape(passing) && !bringsAToken(passing), withoutLeaseOwners),
    fails: ['consumers/scraped-in-the-cluster'],
  }),
  mutant('documented-metric-is-silent', {
    sentence: 'No series says whether a Deployment is paused, which Datadog documents.',
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
  mutant('everybody-scrapes', {
    sentence: 'Every ServiceAccount may ask the exporter through the Service.',
    cluster: everyAccountMayScrape,
    fails: ['consumers/outside-without-a-role'],
  }),
  mutant('everybody-views', {
    sentence: 'Every ServiceAccount may see what is in the cluster.',
    cluster: everyAccountMayView,
    fails: ['consumers/outside-gets-no-more'],
  }),
  mutant('group-is-silent', {
    sentence: 'Nothing tells of config maps.',
    proxy: scrapes(everyLine((line) => line.startsWith('kube_configmap_'), dropped)),
    fails: ['consumers/metric-groups'],
  }),
  mutant('nobody-is-asked-for-a-token', {
    sentence: 'The API server asks nobody for a token who asks for the exposition.',
    proxy: () =>
      answers(
        (passing) => isScrapeOfTheService(passing) && !bringsAToken(passing),
        (answer) => ({ ...answer, status: 200, body: 'kube_pod_info{} 1\n' }),
      ),
    fails: ['consumers/outside-without-a-token'],
  }),
  mutant('pod-gives-less', {
    sentence: 'A reader outside of the cluster gets a family less through the pod.',
    proxy: () => answers((passing) => isScrape(passing) && bringsAToken(passing), withoutLeaseOwners),
    fails: ['consumers/outside-through-the-pod'],
  }),
  mutant('pod-is-on-two-nodes', {
    sentence: 'A pod has two series in kube_pod_info, so that no join with it works.',
    proxy: scrapes(firstLine(sampleOf('kube_pod_info'), (line) => [line, line.replace(/node="[^"]*"/, 'node="elsewhere"')])),
    fails: ['consumers/label-joins'],
  }),
  mutant('service-gives-less', {
    sentence: 'A reader outside of the cluster gets a family less through the Service.',
    proxy: () => answers(isScrapeOfTheService, withoutLeaseOwners),
    fails: ['consumers/outside-through-the-service'],
  }),
  mutant('service-has-another-component', {
    sentence: 'The Service has another component in its labels, by which a ServiceMonitor would find it.',
    change: service(({ metadata }) =>
      Object.assign(metadata, { labels: { ...metadata.labels, 'app.kubernetes.io/component': 'metrics' } }),
    ),
    fails: ['consumers/service-monitor-matches'],
  }),
  mutant('slices-name-a-stranger', {
    sentence: "The Service's EndpointSlices name one more address.",
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
    sentence: 'The telemetry port listens on the loopback alone, and the readiness probe asks the other port.',
    change: combined(
      argument('--telemetry-host=127.0.0.1'),
      container((draft) => Object.assign(draft, { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } })),
    ),
    byItself: 'What the readiness probe is to ask for is looked at first.',
    fails: ['consumers/telemetry-in-the-cluster'],
  }),
];
