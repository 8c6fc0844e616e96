import { stringify } from 'yaml';
import { reachedAt } from '../../helpers/exporter/ports.ts';
import { scrapeAccess } from '../../helpers/exporter/secured.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import { commonConfiguration } from '../../helpers/prometheus/pod.ts';

/** The names of the scrape jobs. */
export const jobs = {
  /** The endpoints of the Service; the rules use its series. */
  kubernetes: 'kube-state-metrics',
  /** The DNS name of the Service. */
  dns: 'kube-state-metrics-dns',
  /** A copy of the exporter that is configured to expose a label of pods. */
  labels: 'kube-state-metrics-labels',
} as const;

export type JobName = (typeof jobs)[keyof typeof jobs];

/** The prefixes of the metric names of the additional jobs, so that a rule that joins series finds each only once. */
const prefixes: Readonly<Partial<Record<JobName, string>>> = { [jobs.dns]: 'dns:', [jobs.labels]: 'labels:' };

export function prefixOf(job: JobName): string {
  return prefixes[job] ?? '';
}

/** Rewrites an expression over the series of `jobs.kubernetes` for those of another job. */
export function forSeriesOf(job: JobName, expression: string): string {
  return expression.replace(/\bkube_/g, `${prefixOf(job)}kube_`);
}

interface ScrapeOptions {
  /** The workloads of the exporter, whose Services are scraped. */
  readonly targets: readonly [Target, ...Target[]];
  /** The cluster's DNS domain. */
  readonly domain: string;
  /** The name of the metrics port in the Service: `http-metrics`. */
  readonly port: string;
  /** The name of the copy's pod; undefined to scrape nothing but the endpoints of the Services. */
  readonly copy: string | undefined;
  /** The scrape interval as Prometheus writes it: `1s`. */
  readonly interval: string;
}

/** The configuration of a Prometheus that scrapes the exporter as its users do, and loads the rule files of the same directory. */
export function prometheusConfiguration({ targets, domain, port, copy, interval }: ScrapeOptions): string {
  const [target] = targets;
  const { namespace, ports } = target;
  const services = [...new Set(targets.map(({ service }) => service.metadata.name))].join('|');
  const names = [...new Set(targets.map((each) => each.fqdn(domain)))];
  const access = scrapeAccess(target);
  const byKubernetes = {
    job_name: jobs.kubernetes,
    ...access,
    honor_labels: true,
    kubernetes_sd_configs: [{ role: 'endpoints' }],
    relabel_configs: [
      keep(
        ['namespace', 'service_name', 'endpoint_port_name'],
        [namespace, targets.length === 1 ? services : `(${services})`, port],
      ),
    ],
  };
  const byName = {
    job_name: jobs.dns,
    ...access,
    honor_labels: true,
    dns_sd_configs: [{ names, type: 'A', port: reachedAt(ports.metrics), refresh_interval: interval }],
    metric_relabel_configs: [prefixed(prefixOf(jobs.dns))],
  };
  const ofCopy = (pod: string) => ({
    job_name: jobs.labels,
    ...access,
    honor_labels: true,
    kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [namespace] } }],
    relabel_configs: [
      keep(['namespace', 'pod_name', 'pod_container_port_number'], [namespace, pod, String(reachedAt(ports.metrics))]),
    ],
    metric_relabel_configs: [prefixed(prefixOf(jobs.labels))],
  });
  return stringify({
    ...commonConfiguration(interval),
    scrape_configs: copy === undefined ? [byKubernetes] : [byKubernetes, byName, ofCopy(copy)],
  });
}

/** Keeps the targets whose discovery labels have these values; Prometheus joins the values with `;`. */
function keep(labels: readonly string[], values: readonly string[]): object {
  return { source_labels: labels.map((label) => `__meta_kubernetes_${label}`), action: 'keep', regex: values.join(';') };
}

function prefixed(prefix: string): object {
  return { source_labels: ['__name__'], target_label: '__name__', replacement: `${prefix}$1` };
}
