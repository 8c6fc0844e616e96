import { accept } from '../../helpers/exporter/exporter.ts';
import { verifyExposition, verifyLandingPage, verifyNotFound, verifyOk } from '../../helpers/exporter/paths.ts';
import { compressesScrapes } from '../../helpers/exporter/ports.ts';
import { readErrors, readTelemetry, selfMetrics } from '../../helpers/exporter/telemetry.ts';
import { verify, verifyNone } from '../../helpers/failure.ts';
import { before, since } from '../../helpers/suite/conditions.ts';
import { inTurn } from '../../helpers/suite/read-objects.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { encodingOfScrape, everythingIsRead, exposesObjects, firstScrape, runningRelease, serviceLeadsTo } from './requests.ts';

const readme = 'kube-state-metrics, README: kube-state-metrics self metrics';
const source = 'kube-state-metrics, pkg/app/server.go: the handlers of both ports';
const needs = ['probes/starts'];
/** Also verified in an audit that may use the proxy. */
const reads = ['proxy'] as const;
const unknownPath = '/no-such-path';

area('endpoints', () => {
  requirement(
    'metrics',
    {
      sentence: '/metrics answers with samples of the cluster in the text format 0.0.4.',
      source: 'Prometheus, Exposition formats',
      needs,
      explainedBy: ['access/lists-and-watches-what-it-reads', 'sharding/may-find-its-shard'],
      reads,
    },
    async (context) => {
      const { exporter, observed, run } = context;
      await exposesObjects(context);
      const answer = await inTurn(run, () => firstScrape(exporter));

      await verifyExposition(answer, 'text');
      observed(`${answer.contentType}, ${answer.source.length} bytes`);
    },
  );

  requirement(
    'openmetrics-on-request',
    {
      sentence: '/metrics answers in OpenMetrics if the scraper accepts it.',
      source: 'OpenMetrics 1.0: Protocol negotiation',
      needs,
      explainedBy: ['endpoints/metrics'],
      only: since('2.8'),
      reads,
    },
    async (context) => {
      const { exporter, observed, run } = context;
      await exposesObjects(context);
      const answer = await inTurn(run, () => exporter.metricsPort('/metrics', { Accept: accept.openmetrics }));

      await verifyExposition(answer, 'openmetrics');
      observed(answer.contentType);
    },
  );

  requirement(
    'text-without-openmetrics-support',
    {
      sentence:
        '/metrics answers a scraper that accepts OpenMetrics in the text format, as this release does not support OpenMetrics.',
      source: 'kube-state-metrics, change log: 2.8 brings OpenMetrics',
      needs,
      explainedBy: ['endpoints/metrics'],
      only: before('2.8'),
      reads,
    },
    async ({ exporter, run }) =>
      verifyExposition(await inTurn(run, () => exporter.metricsPort('/metrics', { Accept: accept.openmetrics })), 'text'),
  );

  requirement(
    'compresses-when-configured',
    {
      sentence: '/metrics is compressed for a scraper that accepts gzip if, and only if, --enable-gzip-encoding is set.',
      source: 'kube-state-metrics, docs: command line arguments',
      needs,
    },
    async (context) => {
      const expected = compressesScrapes(context.target.arguments) ? 'gzip' : 'none';

      const encoding = await encodingOfScrape(context);

      verify(encoding === expected, { expected: `the content encoding ${expected}`, actual: encoding });
    },
  );

  requirement(
    'healthz',
    { sentence: '/healthz on the metrics port answers OK.', source, needs, explainedBy: ['probes/liveness-url-answers'], reads },
    async ({ exporter }) => verifyOk(await exporter.metricsPort('/healthz')),
  );

  requirement(
    'livez',
    {
      sentence: '/livez on the metrics port answers OK.',
      source,
      needs,
      explainedBy: ['probes/liveness-url-answers'],
      only: since('2.13'),
      reads,
    },
    async ({ exporter }) => verifyOk(await exporter.metricsPort('/livez')),
  );

  requirement(
    'readyz',
    {
      sentence: '/readyz on the telemetry port answers OK.',
      source,
      needs,
      explainedBy: ['probes/readiness-url-answers'],
      only: since('2.13'),
      reads,
    },
    async ({ exporter }) => verifyOk(await exporter.telemetryPort('/readyz')),
  );

  requirement(
    'landing-page',
    { sentence: 'The metrics port has a landing page with links to /metrics and /healthz.', source, needs, reads },
    async ({ exporter }) => verifyLandingPage(await exporter.metricsPort('/'), ['/metrics', '/healthz']),
  );

  requirement(
    'telemetry-landing-page',
    {
      sentence: 'The telemetry port has a landing page with a link to /metrics.',
      source,
      needs,
      explainedBy: ['probes/readiness-url-answers'],
      reads,
    },
    async ({ exporter }) => verifyLandingPage(await exporter.telemetryPort('/'), ['/metrics']),
  );

  requirement(
    'unknown-path-is-not-found',
    { sentence: 'A path that does not exist is answered with 404.', source, needs, only: since('2.16'), reads },
    async ({ exporter }) => {
      verifyNotFound(await exporter.metricsPort(unknownPath));
      verifyNotFound(await exporter.telemetryPort(unknownPath));
    },
  );

  requirement(
    'unknown-path-leads-home',
    {
      sentence: 'A path that does not exist is answered with the landing page, so that only the body reveals a wrong probe URL.',
      source,
      needs,
      explainedBy: ['endpoints/landing-page', 'endpoints/telemetry-landing-page'],
      only: before('2.16'),
      reads,
    },
    async ({ exporter }) => {
      verifyLandingPage(await exporter.metricsPort(unknownPath), ['/metrics', '/healthz']);
      verifyLandingPage(await exporter.telemetryPort(unknownPath), ['/metrics']);
    },
  );

  requirement(
    'self-metrics',
    {
      sentence: 'The telemetry port exposes metrics on the process, its requests and its reads.',
      source: readme,
      needs,
      explainedBy: ['endpoints/metrics'],
      reads,
    },
    async ({ exporter, observed, run }) => {
      // The metrics on requests have no sample before the first request.
      await inTurn(run, () => exporter.metricsPort('/metrics'));

      const { families } = await readTelemetry(exporter);

      const missing = selfMetrics.filter((name) => !families.get(name)?.samples.length);
      verifyNone(
        missing.map((name) => `${name} has no sample`),
        "the exporter's self metrics",
      );
      observed(`${families.size} families`);
    },
  );

  requirement(
    'runs-the-tagged-release',
    {
      sentence: "The running release is the one in the image's tag.",
      source: readme,
      needs,
      explainedBy: ['endpoints/self-metrics'],
      reads,
    },
    async (context) => context.observed(await runningRelease(context)),
  );

  requirement(
    'reads-everything',
    {
      sentence: 'Every configured resource that the cluster serves is read.',
      source: readme,
      needs,
      explainedBy: ['access/lists-and-watches-what-it-reads', 'endpoints/self-metrics', 'endpoints/metrics'],
      reads,
    },
    async (context) => {
      const count = await everythingIsRead(context);

      context.observed(`${count} resources`);
    },
  );

  requirement(
    'reads-without-errors',
    {
      sentence: 'No list and no watch of the exporter has failed.',
      source: readme,
      needs,
      explainedBy: ['access/lists-and-watches-what-it-reads', 'endpoints/self-metrics'],
    },
    async ({ exporter }) => verifyNone(readErrors(await readTelemetry(exporter)), 'no list or watch with result="error"'),
  );

  requirement(
    'reached-by-the-service',
    {
      sentence: 'Every port of the Service leads to its port of the exporter.',
      feature: 'named-ports',
      source: 'Kubernetes, Service: Service proxy of the API server',
      needs,
      explainedBy: [
        'probes/becomes-ready',
        'manifests/service-selects-the-pod',
        'manifests/ports-are-named',
        'manifests/telemetry-port-is-named',
        'endpoints/healthz',
        'endpoints/self-metrics',
      ],
    },
    async (context) => {
      const { metrics, telemetry } = context.target.ports;

      await serviceLeadsTo(context, metrics, '/healthz', ({ body }) => body === 'OK');
      if (context.profile.promises.ports.telemetry === undefined) return;
      await serviceLeadsTo(context, telemetry, '/metrics', ({ body }) => body.includes('kube_state_metrics_build_info{'));
    },
  );
});
