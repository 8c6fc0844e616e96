import { selfMetrics } from '../../helpers/exporter/self-metrics.ts';
import { verify, verifyNone } from '../../helpers/failure.ts';
import { monitored, withOperator } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { scrapeExporter } from '../../helpers/suite/scrape.ts';
import { trustOf } from './authority.ts';
import { agreesWithPods, fromEndpoints, fromSlices, written } from './discovery.ts';
import { difference, readsTheExposition } from './exposition-outside.ts';
import { documentedIn, looksForGroups, silent, undocumented } from './groups.ts';
import { familiesInTheCluster } from './inside.ts';
import { looksForJoins } from './joins.ts';
import { scrapedByOperator } from './operator/scraped.ts';
import { byPod, byService, readerWith, readerWithForgedToken, readerWithoutToken } from './outside.ts';
import { beyondTheExposition, unlessKeptOut } from './refused.ts';
import { disagreements, monitorOf, selectorText } from './service-monitor.ts';

const discovered = 'Prometheus, Configuration: kubernetes_sd_config';
const outside = 'Kubernetes, Accessing clusters: without kubectl proxy; Controlling access to the API';
const datadog = 'Datadog, kubernetes_state_core';
const feature = 'named-ports';
/** Why the Service may not lead to the exporter. */
const astray = ['manifests/service-selects-the-pod', 'manifests/ports-are-named', 'probes/becomes-ready'];
const started = ['probes/starts'];
const scraped = ['endpoints/metrics'];
/** Why samples of an object may be missing. */
const unread = ['access/lists-and-watches-what-it-reads', 'exposition/reads-strictly'];

area('consumers', () => {
  requirement(
    'endpoints',
    {
      sentence: "The Service's Endpoints name both ports of each ready pod of the exporter, and nothing else.",
      source: discovered,
      needs: started,
      explainedBy: astray,
      feature,
      reads: ['endpoints'],
    },
    async (context) => context.observed(written(await agreesWithPods(context, fromEndpoints))),
  );

  requirement(
    'endpoint-slices',
    {
      sentence: "The Service's EndpointSlices name both ports of each ready pod of the exporter, and nothing else.",
      source: discovered,
      needs: started,
      explainedBy: astray,
      feature,
      reads: ['endpoints'],
    },
    async (context) => context.observed(written(await agreesWithPods(context, fromSlices))),
  );

  requirement(
    'scraped-in-the-cluster',
    {
      sentence: 'A pod of another namespace, at an address from discovery, gets the families that the exporter has.',
      source: discovered,
      needs: scraped,
      explainedBy: ['consumers/endpoints'],
      feature,
      makes: ['control-pod'],
    },
    async (context) => {
      const { url, families } = await familiesInTheCluster(context, 'metrics');

      const own = new Set((await scrapeExporter(context)).exposition.families.keys());
      verifyNone(difference(families, own), `all families of the exporter, and no others, from ${url}`);
      context.observed(`${families.size} families from ${url}`);
    },
  );

  requirement(
    'telemetry-in-the-cluster',
    {
      sentence: 'A pod of another namespace, at an address from discovery, gets what the exporter tells of itself.',
      source: 'kube-state-metrics, README: kube-state-metrics self metrics',
      needs: started,
      explainedBy: ['consumers/endpoints', 'endpoints/tells-of-itself'],
      feature,
      makes: ['control-pod'],
    },
    async (context) => {
      const { url, families } = await familiesInTheCluster(context, 'telemetry');

      const missing = selfMetrics.filter((name) => !families.has(name));
      verifyNone(missing, `the exporter's own families from ${url}`);
      context.observed(`${families.size} families from ${url}`);
    },
  );

  requirement(
    'service-monitor-matches',
    {
      sentence: "A ServiceMonitor's selector, namespace and port names lead to ports of the exporter, and to no other Service.",
      source: 'prometheus-operator, API reference: ServiceMonitor',
      needs: started,
      explainedBy: ['consumers/endpoints'],
      only: monitored,
      reads: ['endpoints', 'monitors'],
    },
    async (context) => {
      const monitor = monitorOf(context);

      verifyNone(await disagreements(context, monitor), 'the ServiceMonitor to lead to the exporter alone');
      context.observed(`${monitor.metadata.name}: ${selectorText(monitor.spec.selector)}`);
    },
  );

  requirement(
    'scraped-by-an-operator',
    {
      sentence:
        'A Prometheus that an operator makes has the ServiceMonitor’s targets up, and every family of the exporter in it.',
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
    'outside-through-the-service',
    {
      sentence: 'From outside, a token with the right to the Service gets the families that the exporter has, and no others.',
      source: outside,
      needs: scraped,
      explainedBy: astray,
    },
    async (context) => {
      const way = byService(context);
      const reader = await readerWith(context, 'reader-by-service', [way.right]);

      context.observed(`${await readsTheExposition(context, reader, way)} families`);
    },
  );

  requirement(
    'outside-through-the-pod',
    {
      sentence: 'From outside, a token with the right to the pod gets the families that the exporter has, and no others.',
      source: outside,
      needs: scraped,
    },
    async (context) => {
      const way = await byPod(context);
      const reader = await readerWith(context, 'reader-by-pod', [way.right]);

      context.observed(`${await readsTheExposition(context, reader, way)} families`);
    },
  );

  requirement(
    'outside-gets-no-more',
    {
      sentence: 'From outside, a token with the right to the exposition alone is denied all that is next to it.',
      source: outside,
      needs: scraped,
      explainedBy: ['consumers/outside-through-the-service'],
    },
    async (context) => {
      const way = byService(context);
      const reader = await readerWith(context, 'reader-of-one', [way.right]);
      await readsTheExposition(context, reader, way);

      const { findings, asked } = await beyondTheExposition(context, reader);

      verifyNone(findings, '403 that names the user for everything else');
      context.observed(`${asked} requests denied`);
    },
  );

  requirement(
    'outside-without-a-role',
    {
      sentence: 'From outside, a token without a role gets nothing of the exposition.',
      source: outside,
      needs: scraped,
    },
    async (context) => {
      const reader = await readerWith(context, 'reader-without-role', []);

      const answers = [
        await unlessKeptOut(reader, byService(context), [403]),
        await unlessKeptOut(reader, await byPod(context), [403]),
      ];

      verifyNone(
        answers.filter((answer) => answer !== undefined),
        '403 that names the user',
      );
    },
  );

  requirement(
    'outside-without-a-token',
    {
      sentence: 'From outside, nobody gets the exposition without a token, or with one that nobody issued.',
      source: outside,
      needs: scraped,
      reads: [],
    },
    async (context) => {
      const way = byService(context);

      const answers = [
        // Where anonymous requests are let in, it is a role that they lack.
        await unlessKeptOut(readerWithoutToken(context), way, [401, 403]),
        await unlessKeptOut(readerWithForgedToken(context), way, [401]),
      ];

      verifyNone(
        answers.filter((answer) => answer !== undefined),
        '401, or without a token 403 for system:anonymous',
      );
    },
  );

  requirement(
    'outside-with-another-authority',
    {
      sentence:
        "From outside, a reader with the cluster's certificate authority trusts the API server; one with another does not.",
      level: 'should',
      source: 'RFC 5280, section 6: certification path validation',
      reads: [],
    },
    async (context) => {
      const { own, other } = await trustOf(context);

      verify(own === undefined, { expected: "trust by the cluster's certificate authority", actual: String(own) });
      verify(other !== undefined, {
        expected: 'a refusal of the certificate',
        actual: 'trust, as the kubeconfig skips the check',
      });
      context.observed(other);
    },
  );

  requirement(
    'label-joins',
    {
      sentence: 'Each object has exactly one series under its key in each family that others are joined with.',
      source: `${datadog}: label joins; Prometheus, Querying: many-to-one vector matches`,
      needs: scraped,
      explainedBy: [...unread, 'exposition/no-duplicate-series'],
      reads: ['proxy', 'objects'],
    },
    async (context) => {
      const { families, objects } = await looksForJoins(context);

      context.observed(`${objects} series of ${families.size} families, one for each object`);
    },
  );

  requirement(
    'metric-groups',
    {
      sentence: 'Each metric group that Datadog documents and this release has by default tells of its objects.',
      source: `${datadog}: data collected`,
      needs: scraped,
      explainedBy: [...unread, 'exposition/fixtures-settle'],
      feature: 'default-resources',
      reads: ['proxy', 'objects'],
    },
    async (context) => {
      const groups = await looksForGroups(context, 'a sample of each documented group', silent);

      context.observed(`${groups.length} groups: ${groups.map(({ resource }) => resource).join(', ')}`);
    },
  );

  requirement(
    'documented-metrics',
    {
      sentence: "Each metric that Datadog's check takes by name, and this release has by default, is there.",
      source: `${datadog}: data collected`,
      needs: scraped,
      explainedBy: ['consumers/metric-groups'],
      feature: 'default-resources',
      reads: ['proxy', 'objects'],
    },
    async (context) => {
      const groups = await looksForGroups(context, 'a sample of each documented metric', undocumented);

      context.observed(`${documentedIn(groups).length} metrics`);
    },
  );
});
