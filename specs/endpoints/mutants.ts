import { furtherArgument } from '../../helpers/suite/mutant/changes.ts';
import { doubled, dropped, everyLine, sampleOf } from '../../helpers/suite/mutant/lines.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { answers, delayed, isScrape, ofType, openMetrics, page, telemetry } from '../../helpers/suite/mutant/scrapes.ts';

export const endpointsMutants = [
  mutant('list-has-failed', {
    sentence: 'The exporter counts a list that has failed.',
    proxy: telemetry((body) =>
      body.replace(
        /^(kube_state_metrics_list_total\{.*)$/m,
        '$1\nkube_state_metrics_list_total{resource="*v1.Pod",result="error"} 3',
      ),
    ),
    fails: ['endpoints/reads-without-errors'],
  }),
  mutant('another-release-runs', {
    sentence: 'The exporter reports another release than its tag.',
    proxy: telemetry(
      everyLine(sampleOf('kube_state_metrics_build_info'), (line) => [line.replace(/version="v2[^"]*"/, 'version="v2.4.2"')]),
    ),
    fails: ['endpoints/runs-the-tagged-release'],
  }),
  mutant('compression-is-enabled', {
    sentence: 'Compression was enabled in the Deployment by hand.',
    cluster: furtherArgument('--enable-gzip-encoding'),
    fails: ['endpoints/compresses-when-configured'],
  }),
  mutant('error-page-has-status-200', {
    sentence: '/metrics answers 200 with an error page.',
    proxy: page(8080, '/metrics', (answer) => ({
      ...answer,
      headers: { 'content-type': 'text/html' },
      body: '<html><body>Service unavailable</body></html>',
    })),
    fails: ['endpoints/metrics'],
    verifies: ['exposition', 'freshness', 'resilience'],
  }),
  mutant('self-metric-is-missing', {
    sentence: "The telemetry port does not expose the process's memory.",
    proxy: telemetry(everyLine((line) => line.includes('process_resident_memory_bytes'), dropped)),
    fails: ['endpoints/self-metrics'],
  }),
  mutant('healthz-fails-without-probes', {
    sentence: '/healthz answers with an error; the probes are not verified.',
    proxy: page(8080, '/healthz', (answer) => ({ ...answer, status: 500, body: 'not OK' })),
    byItself: 'The liveness probe requests the same URL and would fail first.',
    fails: ['endpoints/healthz'],
  }),
  mutant('landing-page-has-no-links', {
    sentence: 'The landing page of the metrics port has no link.',
    proxy: page(8080, '/', (answer) => ({ ...answer, body: '<html><body>Kube Metrics Server</body></html>' })),
    fails: ['endpoints/landing-page'],
  }),
  mutant('livez-fails-without-probes', {
    sentence: '/livez of the current release answers with an error; the probes are not verified.',
    target: 'current',
    proxy: page(8080, '/livez', (answer) => ({ ...answer, status: 503 })),
    byItself: 'The liveness probe requests the same URL and would fail first.',
    fails: ['endpoints/livez'],
  }),
  mutant('metrics-are-empty', {
    sentence: '/metrics has headers of families but no sample.',
    proxy: page(8080, '/metrics', (answer) => ({ ...answer, body: answer.body.replace(/^[^#].*\n/gm, '') })),
    fails: ['endpoints/metrics'],
  }),
  mutant('metrics-are-not-gzip', {
    sentence: '/metrics has the Content-Encoding gzip and a body that is not compressed.',
    proxy: page(8080, '/metrics', (answer) => ({ ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' } })),
    fails: ['endpoints/metrics'],
  }),
  mutant('metrics-are-unavailable', {
    sentence: '/metrics answers 503.',
    proxy: page(8080, '/metrics', (answer) => ({ ...answer, status: 503, body: 'unavailable' })),
    fails: ['endpoints/metrics'],
  }),
  mutant('metrics-are-a-minute-late', {
    sentence: '/metrics answers a minute late.',
    proxy: () => answers(isScrape, delayed(60_000)),
    fails: ['endpoints/metrics'],
  }),
  mutant('content-type-is-open-metrics', {
    sentence: '/metrics has the Content-Type of OpenMetrics for a scraper that accepts it, but a body in the text format.',
    proxy: openMetrics(ofType('application/openmetrics-text; version=1.0.0')),
    fails: ['endpoints/text-without-openmetrics-support'],
  }),
  mutant('open-metrics-is-not-negotiated', {
    sentence: 'The current release answers a scraper that accepts OpenMetrics in the text format.',
    target: 'current',
    proxy: openMetrics(ofType('text/plain; version=0.0.4')),
    fails: ['endpoints/openmetrics-on-request'],
  }),
  mutant('reads-of-leases-are-not-counted', {
    sentence: 'Neither a counter nor a sample shows that Leases are read.',
    proxy: () => {
      const withoutCounters = telemetry(everyLine((line) => line.includes('*v1.Lease"'), dropped))();
      return answers(
        (passing) => isScrape(passing) || withoutCounters.answer?.(passing) !== undefined,
        (answer, passing) =>
          withoutCounters.answer?.(passing)?.(answer) ?? { ...answer, body: answer.body.replace(/^kube_lease_.*\n/gm, '') },
      );
    },
    fails: ['endpoints/reads-everything'],
  }),
  mutant('readyz-fails-without-probes', {
    sentence: '/readyz of the current release answers with an error; the probes are not verified.',
    target: 'current',
    proxy: page(8081, '/readyz', (answer) => ({ ...answer, status: 503 })),
    byItself: 'The readiness probe requests the same URL and would fail first.',
    fails: ['endpoints/readyz'],
  }),
  mutant('service-leads-nowhere', {
    sentence: 'The Service does not lead to the exporter.',
    proxy: () =>
      answers(
        ({ path }) => /\/services\/[^/]+\/proxy\//.test(path),
        (answer) => ({ ...answer, status: 503, body: 'no endpoints available' }),
      ),
    fails: ['endpoints/reached-by-the-service'],
  }),
  mutant('telemetry-sample-is-repeated', {
    sentence: 'The telemetry port exposes a sample twice.',
    proxy: telemetry(everyLine((line) => line.startsWith('go_goroutines '), doubled)),
    fails: ['endpoints/self-metrics'],
  }),
  mutant('telemetry-page-has-no-links', {
    sentence: 'The landing page of the telemetry port has no link; the probes are not verified.',
    proxy: page(8081, '/', (answer) => ({ ...answer, body: '<html><body>Telemetry</body></html>' })),
    byItself: 'The readiness probe requests the same URL and would fail first.',
    fails: ['endpoints/telemetry-landing-page'],
  }),
  mutant('unknown-path-is-an-error', {
    sentence: 'A path that does not exist is answered with a server error.',
    proxy: page(8080, '/no-such-path', (answer) => ({ ...answer, status: 500 })),
    fails: ['endpoints/unknown-path-leads-home'],
  }),
  mutant('unknown-path-is-found', {
    sentence: 'The current release answers a path that does not exist with its landing page.',
    target: 'current',
    proxy: page(8080, '/no-such-path', (answer) => ({ ...answer, status: 200 })),
    fails: ['endpoints/unknown-path-is-not-found'],
  }),
];
