import { all, argument, container, extraObject, service } from '../helpers/mutation/changes.ts';
import type { Passing, PassingAnswer } from '../helpers/mutation/interference.ts';
import { dropped, everyLine, firstLine, sampleOf, withBody } from '../helpers/mutation/lines.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { everyAccountMayScrape, everyAccountMayView } from '../helpers/mutation/open-to-all.ts';
import { answers, isScrape, objects, scrapes } from '../helpers/mutation/scrapes.ts';

/** A family that no requirement of this area is about, with its headers. */
const withoutLeaseOwners = withBody(everyLine((line) => line.includes('kube_lease_owner'), dropped));

/** Whether somebody other than the suite itself asks, which the proxy lets pass without a token. */
const bringsAToken = ({ headers }: Passing) => headers.authorization !== undefined;
const isScrapeOfTheService = ({ path }: Passing) => /\/services\/[^/]+\/proxy\/metrics$/.test(path);

const altered = (concerns: (passing: Passing) => boolean, alter: (answer: PassingAnswer) => PassingAnswer) => () =>
  answers(concerns, alter);

export const endpointsLackAPort = mutant({
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
});

export const slicesNameAStranger = mutant({
  sentence: "The Service's EndpointSlices name one more address.",
  proxy: () =>
    objects(
      ({ method, path }) => method === 'GET' && path.endsWith('/endpointslices'),
      ({ items }) => {
        for (const slice of items as { endpoints: object[] }[]) slice.endpoints.push({ addresses: ['10.42.0.250'] });
      },
    ),
  fails: ['consumers/endpoint-slices'],
});

export const clusterGetsOtherFamilies = mutant({
  sentence: 'In the cluster a scraper gets a family that the suite does not get through the API server.',
  proxy: altered((passing) => isScrape(passing) && !bringsAToken(passing), withoutLeaseOwners),
  fails: ['consumers/scraped-in-the-cluster'],
});

export const telemetryIsOnTheLoopback = mutant({
  sentence: 'The telemetry port listens on the loopback alone, and the readiness probe asks the other port.',
  change: all(
    argument('--telemetry-host=127.0.0.1'),
    container((draft) => Object.assign(draft, { readinessProbe: { httpGet: { path: '/healthz', port: 8080 } } })),
  ),
  byItself: 'What the readiness probe is to ask for is looked at first.',
  fails: ['consumers/telemetry-in-the-cluster'],
});

export const serviceHasAnotherComponent = mutant({
  sentence: 'The Service has another component in its labels, by which a ServiceMonitor would find it.',
  change: service(({ metadata }) =>
    Object.assign(metadata, { labels: { ...metadata.labels, 'app.kubernetes.io/component': 'metrics' } }),
  ),
  fails: ['consumers/service-monitor-matches'],
});

export const anotherServiceHasTheLabels = mutant({
  sentence: 'Another Service has the same labels, so that a ServiceMonitor finds both.',
  change: extraObject({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'namesake' },
    spec: { clusterIP: 'None', ports: [{ name: 'http-metrics', port: 8080 }] },
  }),
  fails: ['consumers/service-monitor-matches'],
});

export const serviceGivesLess = mutant({
  sentence: 'A reader outside of the cluster gets a family less through the Service.',
  proxy: altered(isScrapeOfTheService, withoutLeaseOwners),
  fails: ['consumers/outside-through-the-service'],
});

export const podGivesLess = mutant({
  sentence: 'A reader outside of the cluster gets a family less through the pod.',
  proxy: altered((passing) => isScrape(passing) && bringsAToken(passing), withoutLeaseOwners),
  fails: ['consumers/outside-through-the-pod'],
});

export const everybodyViews = mutant({
  sentence: 'Every ServiceAccount may see what is in the cluster.',
  cluster: everyAccountMayView,
  fails: ['consumers/outside-gets-no-more'],
});

export const everybodyScrapes = mutant({
  sentence: 'Every ServiceAccount may ask the exporter through the Service.',
  cluster: everyAccountMayScrape,
  fails: ['consumers/outside-without-a-role'],
});

export const nobodyIsAskedForAToken = mutant({
  sentence: 'The API server asks nobody for a token who asks for the exposition.',
  proxy: altered(
    (passing) => isScrapeOfTheService(passing) && !bringsAToken(passing),
    (answer) => ({ ...answer, status: 200, body: 'kube_pod_info{} 1\n' }),
  ),
  fails: ['consumers/outside-without-a-token'],
});

export const podIsOnTwoNodes = mutant({
  sentence: 'A pod has two series in kube_pod_info, so that no join with it works.',
  proxy: scrapes(firstLine(sampleOf('kube_pod_info'), (line) => [line, line.replace(/node="[^"]*"/, 'node="elsewhere"')])),
  fails: ['consumers/label-joins'],
});

export const groupIsSilent = mutant({
  sentence: 'Nothing tells of config maps.',
  proxy: scrapes(everyLine((line) => line.startsWith('kube_configmap_'), dropped)),
  fails: ['consumers/metric-groups'],
});

export const documentedMetricIsSilent = mutant({
  sentence: 'No series says whether a Deployment is paused, which Datadog documents.',
  proxy: scrapes(everyLine(sampleOf('kube_deployment_spec_paused'), dropped)),
  fails: ['consumers/documented-metrics'],
});
