import { selfMetrics } from '../../helpers/exporter/telemetry.ts';
import { verifyNone } from '../../helpers/failure.ts';
import { monitored, withAdapter, withOperator } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { readsCustomMetric } from './adapter.ts';
import { discoversThePods, formatPorts, fromEndpoints, fromSlices, untilDiscovered } from './discovery.ts';
import {
  documentedIn,
  missingMetrics,
  untilGroupsHave,
  untilJoinsAreUnique,
  untilPromisedFamiliesAreExposed,
  withoutSeries,
} from './exposed.ts';
import { byScrape, familiesInTheCluster, familyFaults } from './families.ts';
import { scrapedByOperator } from './operator-prometheus.ts';
import { monitorFaults, monitorOf, selectorText } from './service-monitor.ts';

const discovered = 'Prometheus, Configuration: kubernetes_sd_config';
const datadog = 'Datadog, kubernetes_state_core';
const feature = 'named-ports';
/** Why the Service may not lead to the exporter. */
const astray = [
  'manifests/service-selects-the-pod',
  'manifests/ports-are-named',
  'manifests/telemetry-port-is-named',
  'probes/becomes-ready',
];
const started = ['probes/starts'];
const scraped = ['endpoints/metrics'];
/** Why samples of an object may be missing. */
const unread = ['access/lists-and-watches-what-it-reads', 'exposition/reads-strictly'];

area('consumers', { concurrent: true }, () => {
  requirement(
    'endpoints',
    {
      sentence: "The Service's Endpoints name the ports of each ready pod of the exporter, and nothing else.",
      source: discovered,
      needs: started,
      explainedBy: astray,
      feature,
      reads: ['endpoints'],
    },
    async (context) => context.observed(formatPorts(await discoversThePods(context, fromEndpoints))),
  );

  requirement(
    'endpoint-slices',
    {
      sentence: "The Service's EndpointSlices name the ports of each ready pod of the exporter, and nothing else.",
      source: discovered,
      needs: started,
      explainedBy: astray,
      feature,
      reads: ['endpoints'],
    },
    async (context) => context.observed(formatPorts(await discoversThePods(context, fromSlices))),
  );

  requirement(
    'scraped-in-the-cluster',
    {
      sentence: 'A pod of another namespace gets the exporter’s families at an address from discovery.',
      source: discovered,
      needs: scraped,
      explainedBy: ['consumers/endpoints'],
      feature,
      makes: ['control-pod'],
    },
    async (context) => {
      const { url, families } = await familiesInTheCluster(context, 'metrics');
      const { faults } = await familyFaults(context, families, byScrape);
      verifyNone(faults, `exactly the families of the exporter from ${url}`);
      context.observed(`${families.size} families from ${url}`);
    },
  );

  requirement(
    'telemetry-in-the-cluster',
    {
      sentence: 'A pod of another namespace gets the exporter’s self metrics at an address from discovery.',
      source: 'kube-state-metrics, README: kube-state-metrics self metrics',
      needs: started,
      explainedBy: ['consumers/endpoints', 'endpoints/self-metrics', 'manifests/telemetry-port-is-named'],
      feature: 'telemetry-port',
      makes: ['control-pod'],
    },
    async (context) => {
      const { url, families } = await familiesInTheCluster(context, 'telemetry');
      const missing = selfMetrics.filter((name) => !families.has(name));
      verifyNone(missing, `the exporter's self metrics from ${url}`);
      context.observed(`${families.size} families from ${url}`);
    },
  );

  requirement(
    'service-monitor-matches',
    {
      sentence:
        "A ServiceMonitor's selector, namespace and port names lead to the ports of the exporter and to no other Service.",
      source: 'prometheus-operator, API reference: ServiceMonitor',
      needs: started,
      explainedBy: ['consumers/endpoints'],
      only: monitored,
      reads: ['endpoints', 'monitors'],
    },
    async (context) => {
      const monitor = monitorOf(context);
      await untilDiscovered(context);
      verifyNone(await monitorFaults(context, monitor), 'the ServiceMonitor to lead only to the exporter');
      context.observed(`${monitor.metadata.name}: ${selectorText(monitor.spec.selector)}`);
    },
  );

  requirement(
    'scraped-by-an-operator',
    {
      whole: true,
      sentence: 'A Prometheus of an operator has the ServiceMonitor’s targets up, and every family of the exporter.',
      source: 'prometheus-operator, Getting started: ServiceMonitor',
      needs: scraped,
      explainedBy: ['consumers/service-monitor-matches'],
      only: withOperator,
      feature,
      makes: ['prometheus'],
    },
    async (context) => {
      const { instances, families } = await scrapedByOperator(context);
      context.observed(`${families} families of ${instances.join(', ')}`);
    },
  );

  requirement(
    'custom-metrics',
    {
      sentence:
        'The custom metrics API lists a metric of the exporter and returns it for an object, to a reader whose token may get nothing else.',
      source: 'prometheus-adapter, docs/walkthrough.md; Kubernetes, Support for metrics APIs: custom.metrics.k8s.io',
      needs: scraped,
      explainedBy: ['secured/with-the-right'],
      only: withAdapter,
      makes: ['prometheus'],
    },
    async (context) => context.observed(await readsCustomMetric(context, context.run.adapterImage ?? '')),
  );

  requirement(
    'label-joins',
    {
      whole: true,
      sentence: 'Each object has exactly one series under its key in each family that rules join with.',
      source: `${datadog}: label joins; Prometheus, Querying: many-to-one vector matches`,
      needs: scraped,
      explainedBy: [...unread, 'exposition/no-duplicate-series'],
      reads: ['proxy', 'objects'],
    },
    async (context) => {
      const { families, objects } = await untilJoinsAreUnique(context);
      context.observed(`${objects} series in ${families.size} families, one for each object`);
    },
  );

  requirement(
    'metric-groups',
    {
      whole: true,
      sentence: 'Each metric group that Datadog documents and this release exposes by default has series of its objects.',
      source: `${datadog}: data collected`,
      needs: scraped,
      explainedBy: [...unread, 'exposition/fixtures-settle', 'settings/keeps-default-families'],
      feature: 'default-resources',
      reads: ['proxy', 'objects'],
    },
    async (context) => {
      const groups = await untilGroupsHave(context, 'a sample of each documented group', withoutSeries);
      context.observed(`${groups.length} groups: ${groups.map(({ resource }) => resource).join(', ')}`);
    },
  );

  requirement(
    'documented-metrics',
    {
      whole: true,
      sentence: "Each metric that Datadog's check uses by name, and this release exposes by default, has a sample.",
      source: `${datadog}: data collected`,
      needs: scraped,
      explainedBy: ['consumers/metric-groups', 'settings/keeps-default-families'],
      feature: 'default-resources',
      reads: ['proxy', 'objects'],
    },
    async (context) => {
      const groups = await untilGroupsHave(context, 'a sample of each documented metric', missingMetrics);
      context.observed(`${documentedIn(groups).length} metrics`);
    },
  );

  requirement(
    'default-families',
    {
      whole: true,
      sentence: 'Every family that this release exposes by default, or of the resources that the profile names, is exposed.',
      source: 'kube-state-metrics, docs: command line arguments; docs/metrics',
      needs: scraped,
      explainedBy: [...unread, 'consumers/metric-groups', 'settings/keeps-default-families'],
      feature: 'default-resources',
      reads: ['proxy', 'objects'],
    },
    async (context) => context.observed(`${await untilPromisedFamiliesAreExposed(context)} families`),
  );
});
