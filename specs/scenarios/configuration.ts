import { stringify } from 'yaml';
import type { Target } from '../../helpers/exporter/target.ts';
import { jobs, prefixOf } from './jobs.ts';

export interface Scraped {
  readonly target: Target;
  /** The cluster's DNS domain. */
  readonly domain: string;
  /** What the Service calls the port of the metrics. */
  readonly port: string;
  /** The name of the copy's pod. */
  readonly copy: string;
  /** How often, as Prometheus writes an interval. */
  readonly interval: string;
}

/** The configuration of a Prometheus that scrapes the exporter as its users do, and loads the rule files beside it. */
export function prometheusConfiguration({ target, domain, port, copy, interval }: Scraped): string {
  const { namespace, service, ports } = target;
  return stringify({
    global: {
      scrape_interval: interval,
      scrape_timeout: interval,
      evaluation_interval: interval,
      // Some releases keep the headers of the first format that they are asked for, which other areas look at.
      scrape_protocols: ['PrometheusText0.0.4'],
    },
    rule_files: ['*.rules.yaml'],
    scrape_configs: [
      {
        job_name: jobs.kubernetes,
        honor_labels: true,
        kubernetes_sd_configs: [{ role: 'endpoints' }],
        relabel_configs: [keep(['namespace', 'service_name', 'endpoint_port_name'], [namespace, service.metadata.name, port])],
      },
      {
        job_name: jobs.dns,
        honor_labels: true,
        dns_sd_configs: [{ names: [target.fqdn(domain)], type: 'A', port: ports.metrics.number, refresh_interval: interval }],
        metric_relabel_configs: [prefixed(prefixOf(jobs.dns))],
      },
      {
        job_name: jobs.labels,
        honor_labels: true,
        kubernetes_sd_configs: [{ role: 'pod', namespaces: { names: [namespace] } }],
        relabel_configs: [
          keep(['namespace', 'pod_name', 'pod_container_port_number'], [namespace, copy, String(ports.metrics.number)]),
        ],
        metric_relabel_configs: [prefixed(prefixOf(jobs.labels))],
      },
    ],
  });
}

/** Keeps a target of which discovery says exactly this; the values are joined as Prometheus joins them. */
function keep(labels: readonly string[], values: readonly string[]): object {
  return { source_labels: labels.map((label) => `__meta_kubernetes_${label}`), action: 'keep', regex: values.join(';') };
}

function prefixed(prefix: string): object {
  return { source_labels: ['__name__'], target_label: '__name__', replacement: `${prefix}$1` };
}
