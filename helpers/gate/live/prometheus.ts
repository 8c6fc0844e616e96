import { stringify } from 'yaml';
import type { Target } from '../../exporter/target.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { OwnedObjects } from '../../kube/owned/ownership.ts';
import { Prometheus } from '../../prometheus/prometheus.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { Sides } from './readings.ts';

export interface ScrapingRequest {
  readonly objects: OwnedObjects;
  readonly image: string;
  readonly namespace: string;
  readonly domain: string;
  readonly targets: Sides<Target>;
}

/** Applies a Prometheus that scrapes both exporters by the names of their Services: each is a job of that name. */
export async function applyPrometheus(
  client: KubeClient,
  { objects, image, namespace, domain, targets }: ScrapingRequest,
): Promise<Prometheus> {
  const configuration = {
    global: { scrape_interval: '2s', scrape_timeout: '2s', scrape_protocols: ['PrometheusText0.0.4'] },
    scrape_configs: (['old', 'new'] as const).map((side) => ({
      job_name: side,
      honor_labels: true,
      dns_sd_configs: [
        { names: [targets[side].fqdn(domain)], type: 'A', port: targets[side].ports.metrics.number, refresh_interval: '2s' },
      ],
    })),
  };
  const files = { 'prometheus.yml': stringify(configuration) };
  return Prometheus.create(client, objects, { image, namespace, name: 'prometheus', files });
}

/**
 * Waits until both exporters have been scraped a few times, so that an instant a moment ago has samples of both.
 * @throws NotObserved with what Prometheus says of its targets
 */
export async function scrapesBoth(prometheus: Prometheus): Promise<void> {
  await prometheus.ready();
  await waitFor({
    what: 'samples of both exporters in Prometheus',
    within: seconds(60),
    every: 1000,
    observe: () => prometheus.query('count by (job) (sum_over_time(up[1m]) >= 3)'),
    until: (result) => 'rows' in result && result.rows.reduce((sum, { value }) => sum + Number(value), 0) >= 2,
    describe: (result) => JSON.stringify(result),
  });
}
