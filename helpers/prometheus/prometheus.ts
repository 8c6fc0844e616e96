import { InfrastructureError } from '../errors.ts';
import { proxyPath } from '../exporter/exporter.ts';
import type { KubeClient } from '../kube/client.ts';
import type { OwnedObjects } from '../kube/owned/ownership.ts';
import { describePod, isReady, type Pod } from '../kube/pod.ts';
import { type Reference, referenceOf } from '../kube/reference.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import type {
  ApiResponse,
  LoadedRule,
  PrometheusError,
  QueryData,
  QueryResult,
  RulesData,
  ScrapeTarget,
  TargetsData,
} from './http-api.ts';
import { PROMETHEUS_PORT, type PrometheusPod, prometheusObjects } from './pod.ts';

/** A Prometheus in the cluster, queried through the proxy of the API server. */
export class Prometheus {
  private readonly reference: Reference;

  private constructor(
    private readonly client: KubeClient,
    private readonly pod: Pod,
  ) {
    this.reference = referenceOf(pod);
  }

  /** Creates the pod and its configuration; it is Ready later. */
  static async create(client: KubeClient, objects: OwnedObjects, described: PrometheusPod): Promise<Prometheus> {
    const { configuration, pod } = prometheusObjects(described);
    await objects.create(configuration);
    return new Prometheus(client, await objects.create<Pod>(pod));
  }

  /** A Prometheus that exists, such as one of an operator. */
  static fromPod(client: KubeClient, pod: Pod): Prometheus {
    return new Prometheus(client, pod);
  }

  /** @throws InfrastructureError when it is not Ready within 60 s */
  async ready(): Promise<void> {
    try {
      await waitFor({
        what: 'Prometheus Ready',
        within: seconds(60),
        observe: () => this.client.find<Pod>(this.reference),
        until: (pod) => pod !== undefined && isReady(pod),
        describe: describePod,
      });
    } catch (error) {
      if (!(error instanceof NotObserved)) throw error;
      throw new InfrastructureError(`Prometheus did not become Ready: ${error.actual}.`);
    }
  }

  /**
   * Evaluates an expression at an instant.
   * @param at in seconds since 1970; defaults to now
   * @returns no rows for anything but a vector
   */
  async query(expression: string, at?: number): Promise<QueryResult> {
    const response = await this.request<QueryData>('query', { query: expression, ...(at === undefined ? {} : { time: at }) });
    if ('error' in response) return response;
    if (response.data.resultType !== 'vector') return { rows: [] };
    return { rows: response.data.result.map(({ metric, value: [, value] }) => ({ labels: withoutTargetLabels(metric), value })) };
  }

  /** The active targets of all scrape jobs. */
  async targets(): Promise<readonly ScrapeTarget[] | PrometheusError> {
    const response = await this.request<TargetsData>('targets', { state: 'active' });
    if ('error' in response) return response;
    return response.data.activeTargets.map(({ labels: { job = '', instance = '' }, health, lastError, ...last }) => ({
      job,
      instance,
      health,
      lastError,
      scrapedAt: health === 'unknown' ? undefined : Date.parse(last.lastScrape) + 1000 * last.lastScrapeDuration,
    }));
  }

  /** The rules of all groups, with pending and firing alerts. */
  async rules(): Promise<readonly LoadedRule[] | PrometheusError> {
    const response = await this.request<RulesData>('rules', {});
    if ('error' in response) return response;
    return response.data.groups.flatMap(({ file, rules }) => rules.map((rule) => ({ ...rule, file })));
  }

  private async request<T>(
    endpoint: string,
    query: Record<string, string | number>,
  ): Promise<{ readonly data: T } | PrometheusError> {
    const path = proxyPath(this.pod, PROMETHEUS_PORT, `/api/v1/${endpoint}`);
    const { status, data: answer } = await this.client.answer<ApiResponse<T> | string>('GET', path, { query });
    if (typeof answer !== 'string' && answer.data !== undefined) return { data: answer.data };
    return { error: typeof answer === 'string' ? `status ${status}: ${answer}` : (answer.error ?? `status ${status}`) };
  }
}

/** Removes the labels that Prometheus adds for the scraped target. */
function withoutTargetLabels({ job: _job, instance: _instance, ...labels }: Record<string, string>): Record<string, string> {
  return labels;
}
