import { stringify } from 'yaml';
import type { KubeClient } from '../../kube/client.ts';
import type { KubernetesObject, RawObject } from '../../kube/object.ts';
import { describePod, isReady, type Pod } from '../../kube/pod.ts';
import { referenceOf } from '../../kube/reference.ts';
import { labelled } from '../../run/label.ts';
import { proxyPath } from '../../target/exporter.ts';
import type { Target } from '../../target/target.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { Sides } from './readings.ts';

const PORT = 9090;

/** One row of a result: labels without those that only tell who was scraped, and the value as Prometheus writes it. */
export interface ResultRow {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

/** What a query came to, or Prometheus' own words on why it came to nothing. */
export type QueryResult = { readonly rows: readonly ResultRow[] } | { readonly error: string };

interface QueryAnswer {
  readonly status: string;
  readonly error?: string;
  readonly data?: {
    readonly resultType: string;
    readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[];
  };
}

/** A Prometheus in the cluster, which scrapes both exporters: each is a job of that name. */
export class Prometheus {
  private constructor(
    private readonly client: KubeClient,
    private readonly pod: Pod,
  ) {}

  /** Applies the pod and its configuration; it is Ready later. */
  static async apply(
    client: KubeClient,
    {
      run,
      image,
      namespace,
      domain,
      targets,
    }: { run: string; image: string; namespace: string; domain: string; targets: Sides<Target> },
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
    const names = { namespace, name: 'prometheus' };
    await client.apply(labelled(configMap(names, { 'prometheus.yml': stringify(configuration) }), run));
    const pod = await client.apply<Pod>(labelled(podOf(names, image) as KubernetesObject as Pod, run));
    return new Prometheus(client, pod);
  }

  /**
   * Waits until it has scraped both exporters a few times.
   * @throws NotObserved with what it says of its targets
   */
  async scrapesBoth(): Promise<void> {
    await waitFor({
      what: 'Prometheus Ready',
      within: seconds(60),
      observe: () => this.client.find<Pod>(referenceOf(this.pod)),
      until: (pod) => pod !== undefined && isReady(pod),
      describe: describePod,
    });
    await waitFor({
      what: 'samples of both exporters in Prometheus',
      within: seconds(60),
      every: 1000,
      // Several scrapes of each, so that an instant a moment ago has samples of both.
      observe: () => this.query('count by (job) (sum_over_time(up[1m]) >= 3)'),
      until: (result) => 'rows' in result && result.rows.reduce((sum, { value }) => sum + Number(value), 0) >= 2,
      describe: (result) => JSON.stringify(result),
    });
  }

  /** Evaluates an expression at an instant, in seconds since 1970; now unless told. */
  async query(expression: string, at?: number): Promise<QueryResult> {
    const path = proxyPath(this.pod, PORT, '/api/v1/query');
    const query = { query: expression, ...(at === undefined ? {} : { time: at }) };
    const { status, data } = await this.client.send<QueryAnswer | string>('GET', path, { query });
    if (typeof data === 'string' || data.data === undefined) {
      return { error: typeof data === 'string' ? `status ${status}: ${data}` : (data.error ?? `status ${status}`) };
    }
    if (data.data.resultType !== 'vector') return { rows: [] };
    return { rows: data.data.result.map(({ metric, value: [, value] }) => ({ labels: withoutScrape(metric), value })) };
  }
}

/** Who was scraped differs between the two by design. */
function withoutScrape({ job: _job, instance: _instance, ...labels }: Record<string, string>): Record<string, string> {
  return labels;
}

function configMap({ namespace, name }: { namespace: string; name: string }, data: Record<string, string>): RawObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data };
}

function podOf({ namespace, name }: { namespace: string; name: string }, image: string): RawObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'prometheus',
          image,
          imagePullPolicy: 'IfNotPresent',
          args: ['--config.file=/etc/gate/prometheus.yml', '--storage.tsdb.path=/data', '--log.level=warn'],
          readinessProbe: { httpGet: { path: '/-/ready', port: PORT }, periodSeconds: 1 },
          resources: { requests: { cpu: '10m', memory: '64Mi' } },
          volumeMounts: [
            { name: 'configuration', mountPath: '/etc/gate' },
            { name: 'data', mountPath: '/data' },
          ],
        },
      ],
      volumes: [
        { name: 'configuration', configMap: { name } },
        { name: 'data', emptyDir: {} },
      ],
    },
  };
}
