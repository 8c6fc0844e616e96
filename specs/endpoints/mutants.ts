import { furtherArgument } from '../../helpers/suite/mutant/changes.ts';
import { doubled, dropped, everyLine, sampleOf } from '../../helpers/suite/mutant/lines.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { answers, delayed, isScrape, ofType, openMetrics, page, telemetry } from '../../helpers/suite/mutant/scrapes.ts';

export const endpointsMutants = [
  mutant('a-list-has-failed', {
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
    sentence: 'The exporter says that it is another release than its tag.',
    proxy: telemetry(
      everyLine(sampleOf('kube_state_metrics_build_info'), (line) => [line.replace(/version="v2[^"]*"/, 'version="v2.4.2"')]),
    ),
    fails: ['endpoints/runs-the-tagged-release'],
  }),
  mutant('compression-is-switched-on', {
    sentence: 'The Deployment was told by hand to compress.',
    cluster: furtherArgument('--enable-gzip-encoding'),
    fails: ['endpoints/compresses-when-told'],
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
  mutant('exporter-does-not-tell-of-itself', {
    sentence: "The telemetry port lacks the process's memory.",
    proxy: telemetry(everyLine((line) => line.includes('process_resident_memory_bytes'), dropped)),
    fails: ['endpoints/tells-of-itself'],
  }),
  mutant('healthz-is-broken-alone', {
    sentence: '/healthz answers with an error, and no probe is looked at.',
    proxy: page(8080, '/healthz', (answer) => ({ ...answer, status: 500, body: 'not OK' })),
    byItself: 'The liveness probe asks for the same URL and is looked at first.',
    fails: ['endpoints/healthz'],
  }),
  mutant('landing-page-leads-nowhere', {
    sentence: 'The page of the metrics port has no link.',
    proxy: page(8080, '/', (answer) => ({ ...answer, body: '<html><body>Kube Metrics Server</body></html>' })),
    fails: ['endpoints/landing-page'],
  }),
  mutant('livez-says-no', {
    sentence: '/livez of the current release answers with an error, and no probe is looked at.',
    target: 'current',
    proxy: page(8080, '/livez', (answer) => ({ ...answer, status: 503 })),
    byItself: 'The liveness probe asks for the same URL and is looked at first.',
    fails: ['endpoints/livez'],
  }),
  mutant('metrics-are-empty', {
    sentence: '/metrics answers with headers of families and no sample at all.',
    proxy: page(8080, '/metrics', (answer) => ({ ...answer, body: answer.body.replace(/^[^#].*\n/gm, '') })),
    fails: ['endpoints/metrics'],
  }),
  mutant('metrics-are-not-gzip', {
    sentence: '/metrics says that it is gzip, and is not.',
    proxy: page(8080, '/metrics', (answer) => ({ ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' } })),
    fails: ['endpoints/metrics'],
  }),
  mutant('metrics-are-unavailable', {
    sentence: '/metrics answers 503.',
    proxy: page(8080, '/metrics', (answer) => ({ ...answer, status: 503, body: 'unavailable' })),
    fails: ['endpoints/metrics'],
  }),
  mutant('metrics-come-a-minute-late', {
    sentence: '/metrics answers a minute late.',
    proxy: () => answers(isScrape, delayed(60_000)),
    fails: ['endpoints/metrics'],
  }),
  mutant('open-metrics-is-promised', {
    sentence: '/metrics says that it is OpenMetrics to whoever asks for it, and is not.',
    proxy: openMetrics(ofType('application/openmetrics-text; version=1.0.0')),
    fails: ['endpoints/text-whatever-is-asked-for'],
  }),
  mutant('open-metrics-is-refused', {
    sentence: 'Who asks the current release for OpenMetrics gets the text format.',
    target: 'current',
    proxy: openMetrics(ofType('text/plain; version=0.0.4')),
    fails: ['endpoints/openmetrics-on-request'],
  }),
  mutant('reads-of-leases-are-not-counted', {
    sentence: 'Nothing shows that leases are read.',
    proxy: () => {
      const ofTelemetry = telemetry(everyLine((line) => line.includes('*v1.Lease"'), dropped))();
      return answers(
        (passing) => isScrape(passing) || ofTelemetry.answer?.(passing) !== undefined,
        (answer, passing) =>
          ofTelemetry.answer?.(passing)?.(answer) ?? { ...answer, body: answer.body.replace(/^kube_lease_.*\n/gm, '') },
      );
    },
    fails: ['endpoints/reads-everything'],
  }),
  mutant('readyz-says-no', {
    sentence: '/readyz of the current release answers with an error, and no probe is looked at.',
    target: 'current',
    proxy: page(8081, '/readyz', (answer) => ({ ...answer, status: 503 })),
    byItself: 'The readiness probe asks for the same URL and is looked at first.',
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
  mutant('telemetry-is-doubled', {
    sentence: 'The telemetry port tells a sample twice.',
    proxy: telemetry(everyLine((line) => line.startsWith('go_goroutines '), doubled)),
    fails: ['endpoints/tells-of-itself'],
  }),
  mutant('telemetry-page-is-broken-alone', {
    sentence: 'The page of the telemetry port has no link, and no probe is looked at.',
    proxy: page(8081, '/', (answer) => ({ ...answer, body: '<html><body>Telemetry</body></html>' })),
    byItself: 'The readiness probe asks for the same URL and is looked at first.',
    fails: ['endpoints/telemetry-landing-page'],
  }),
  mutant('unknown-path-is-an-error', {
    sentence: 'A path that does not exist is answered with an error of the server.',
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
