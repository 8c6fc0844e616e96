import { doubled, dropped, everyLine, sampleOf } from '../helpers/mutation/lines.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { furtherArgument } from '../helpers/mutation/rolled-out.ts';
import { answers, isScrape, page, telemetry } from '../helpers/mutation/scrapes.ts';

const behindMetrics = ['exposition', 'freshness', 'resilience'];
const errorPage = '<html><body>Service unavailable</body></html>';

export const errorPageHasStatus200 = mutant({
  sentence: '/metrics answers 200 with an error page.',
  proxy: page(8080, '/metrics', (answer) => ({ ...answer, headers: { 'content-type': 'text/html' }, body: errorPage })),
  fails: ['endpoints/metrics'],
  verifies: behindMetrics,
});

export const metricsAreUnavailable = mutant({
  sentence: '/metrics answers 503.',
  proxy: page(8080, '/metrics', (answer) => ({ ...answer, status: 503, body: 'unavailable' })),
  fails: ['endpoints/metrics'],
});

export const metricsAreEmpty = mutant({
  sentence: '/metrics answers with headers of families and no sample at all.',
  proxy: page(8080, '/metrics', (answer) => ({ ...answer, body: answer.body.replace(/^[^#].*\n/gm, '') })),
  fails: ['endpoints/metrics'],
});

export const metricsAreNotGzip = mutant({
  sentence: '/metrics says that it is gzip, and is not.',
  proxy: page(8080, '/metrics', (answer) => ({ ...answer, headers: { ...answer.headers, 'content-encoding': 'gzip' } })),
  fails: ['endpoints/metrics'],
});

export const metricsComeAMinuteLate = mutant({
  sentence: '/metrics answers a minute late.',
  proxy: () => answers(isScrape, (answer) => new Promise((resolve) => setTimeout(() => resolve(answer), 60_000).unref())),
  fails: ['endpoints/metrics'],
});

export const openMetricsIsPromised = mutant({
  sentence: '/metrics says that it is OpenMetrics to whoever asks for it, and is not.',
  proxy: () =>
    answers(
      (passing) => isScrape(passing) && String(passing.headers.accept).includes('openmetrics'),
      (answer) => ({ ...answer, headers: { ...answer.headers, 'content-type': 'application/openmetrics-text; version=1.0.0' } }),
    ),
  fails: ['endpoints/text-whatever-is-asked-for'],
});

export const compressionIsSwitchedOn = mutant({
  sentence: 'The Deployment was told by hand to compress.',
  cluster: furtherArgument('--enable-gzip-encoding'),
  fails: ['endpoints/compresses-when-told'],
});

export const healthzIsBrokenAlone = mutant({
  sentence: '/healthz answers with an error, and no probe is looked at.',
  proxy: page(8080, '/healthz', (answer) => ({ ...answer, status: 500, body: 'not OK' })),
  byItself: 'The liveness probe asks for the same URL and is looked at first.',
  fails: ['endpoints/healthz'],
});

export const landingPageLeadsNowhere = mutant({
  sentence: 'The page of the metrics port has no link.',
  proxy: page(8080, '/', (answer) => ({ ...answer, body: '<html><body>Kube Metrics Server</body></html>' })),
  fails: ['endpoints/landing-page'],
});

export const telemetryPageIsBrokenAlone = mutant({
  sentence: 'The page of the telemetry port has no link, and no probe is looked at.',
  proxy: page(8081, '/', (answer) => ({ ...answer, body: '<html><body>Telemetry</body></html>' })),
  byItself: 'The readiness probe asks for the same URL and is looked at first.',
  fails: ['endpoints/telemetry-landing-page'],
});

export const unknownPathIsAnError = mutant({
  sentence: 'A path that does not exist is answered with an error of the server.',
  proxy: page(8080, '/no-such-path', (answer) => ({ ...answer, status: 500 })),
  fails: ['endpoints/unknown-path-leads-home'],
});

export const exporterDoesNotTellOfItself = mutant({
  sentence: "The telemetry port lacks the process's memory.",
  proxy: telemetry(everyLine((line) => line.includes('process_resident_memory_bytes'), dropped)),
  fails: ['endpoints/tells-of-itself'],
});

export const telemetryIsDoubled = mutant({
  sentence: 'The telemetry port tells a sample twice.',
  proxy: telemetry(everyLine((line) => line.startsWith('go_goroutines '), doubled)),
  fails: ['endpoints/tells-of-itself'],
});

export const anotherReleaseRuns = mutant({
  sentence: 'The exporter says that it is another release than its tag.',
  proxy: telemetry(
    everyLine(sampleOf('kube_state_metrics_build_info'), (line) => [line.replace(/version="v2[^"]*"/, 'version="v2.4.2"')]),
  ),
  fails: ['endpoints/runs-the-tagged-release'],
});

export const readsOfLeasesAreNotCounted = mutant({
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
});

export const aListHasFailed = mutant({
  sentence: 'The exporter counts a list that has failed.',
  proxy: telemetry((body) =>
    body.replace(
      /^(kube_state_metrics_list_total\{.*)$/m,
      '$1\nkube_state_metrics_list_total{resource="*v1.Pod",result="error"} 3',
    ),
  ),
  fails: ['endpoints/reads-without-errors'],
});

export const serviceLeadsNowhere = mutant({
  sentence: 'The Service does not lead to the exporter.',
  proxy: () =>
    answers(
      ({ path }) => /\/services\/[^/]+\/proxy\//.test(path),
      (answer) => ({ ...answer, status: 503, body: 'no endpoints available' }),
    ),
  fails: ['endpoints/reached-by-the-service'],
});
