import type { PrometheusApi } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { jobs } from './configuration.ts';
import { everyPodIsScraped } from './scrape-jobs.ts';
import { ScrapeTiming } from './timing.ts';

test('an exporter that answers immediately is scraped every second', () => {
  expect(ScrapeTiming.for(40)).toMatchObject({ interval: 1000, duration: '1s', restartWindow: 8000 });
});

test('the interval of a slow exporter is four times its scrape, and every wait is longer', () => {
  const timing = ScrapeTiming.for(2100);

  expect(timing).toMatchObject({ interval: 9000, duration: '9s', restartWindow: 72_000 });
  expect(timing.untilEvaluated(5000)).toBe(23_000);
});

test('a measurement begins when every pod that the workloads are to have is a target that is up', async () => {
  const pod = (podIP: string) => ({ metadata: { name: podIP }, status: { podIP } });
  const states = [
    { pods: [pod('10.0.0.1')], up: ['10.0.0.1'] },
    { pods: [pod('10.0.0.1'), pod('10.0.0.2')], up: ['10.0.0.1'] },
    { pods: [pod('10.0.0.1'), pod('10.0.0.2')], up: ['10.0.0.1', '10.0.0.2'] },
  ];
  let at = 0;
  // A StatefulSet starts its second pod when the first one is Ready.
  const workload = {
    target: { ports: { metrics: { number: 8080 } } },
    instances: async () => {
      at = 1;
    },
    pods: async () => states[at]?.pods,
  };
  const prometheus = {
    targets: async () => {
      const { up = [] } = states[at] ?? {};
      return up.map((ip) => ({ job: jobs.kubernetes, instance: `${ip}:8080`, health: 'up', lastError: '' }));
    },
  };
  const context = { run: { clusterKind: 'k3s' }, client: {}, workloads: [workload] } as unknown as RequirementContext;

  let isOver = false;
  const scraped = everyPodIsScraped(context, prometheus as unknown as PrometheusApi).then(() => {
    isOver = true;
  });
  await new Promise(setImmediate);
  expect({ at, isOver }).toEqual({ at: 1, isOver: false });
  at = 2;
  await scraped;
});
