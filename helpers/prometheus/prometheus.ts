import { InfrastructureError } from '../errors.ts';
import type { KubeClient } from '../kube/client.ts';
import { describePod, isReady, type Pod } from '../kube/pod.ts';
import { type Reference, referenceOf } from '../kube/reference.ts';
import { labelled } from '../run/label.ts';
import { proxyPath } from '../target/exporter.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import type { ApiAnswer, LoadedRule, QueryData, QueryResult, RulesData, ScrapeTarget, TargetsData } from './answers.ts';
import { PROMETHEUS_PORT, type PrometheusPod, prometheusObjects } from './pod.ts';

/** A Prometheus in the cluster, which is asked through the API server. */
export class Prometheus {
  private readonly reference: Reference;

  private constructor(
    private readonly client: KubeClient,
    private readonly pod: Pod,
  ) {
    this.reference = referenceOf(pod);
  }

  /** Makes the pod and its configuration; it is Ready later. */
  static async create(client: KubeClient, { run, ...wanted }: PrometheusPod & { readonly run: string }): Promise<Prometheus> {
    const { configuration, pod } = prometheusObjects(wanted);
    await client.create(labelled(configuration, run));
    return new Prometheus(client, await client.create<Pod>(labelled(pod, run)));
  }

  /** One that somebody else has made, an operator for example. */
  static of(client: KubeClient, pod: Pod): Prometheus {
    return new Prometheus(client, pod);
  }

  /** @throws InfrastructureError when it does not become Ready: that is no fault of what it scrapes */
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
      throw new InfrastructureError(`Prometheus does not become Ready: ${error.seen}.`);
    }
  }

  /** Evaluates an expression at an instant, in seconds since 1970; now unless told. */
  async query(expression: string, at?: number): Promise<QueryResult> {
    const asked = await this.ask<QueryData>('query', { query: expression, ...(at === undefined ? {} : { time: at }) });
    if ('error' in asked) return asked;
    if (asked.data.resultType !== 'vector') return { rows: [] };
    return { rows: asked.data.result.map(({ metric, value: [, value] }) => ({ labels: withoutScrape(metric), value })) };
  }

  /**
   * What its discovery has found and it scrapes.
   * @throws InfrastructureError when it does not say
   */
  async targets(): Promise<readonly ScrapeTarget[]> {
    const { activeTargets } = await this.told<TargetsData>('targets', { state: 'active' });
    return activeTargets.map(({ labels: { job = '', instance = '' }, health, lastError }) => ({
      job,
      instance,
      health,
      lastError,
    }));
  }

  /**
   * The rules that it has loaded, and what the alerting ones tell.
   * @throws InfrastructureError when it does not say
   */
  async rules(): Promise<readonly LoadedRule[]> {
    const { groups } = await this.told<RulesData>('rules');
    return groups.flatMap(({ file, rules }) => rules.map((rule) => ({ ...rule, file })));
  }

  private async told<T>(endpoint: string, query: Record<string, string> = {}): Promise<T> {
    const asked = await this.ask<T>(endpoint, query);
    if ('error' in asked) throw new InfrastructureError(`Prometheus does not tell its ${endpoint}: ${asked.error}.`);
    return asked.data;
  }

  private async ask<T>(endpoint: string, query: Record<string, string | number>): Promise<{ data: T } | { error: string }> {
    const path = proxyPath(this.pod, PROMETHEUS_PORT, `/api/v1/${endpoint}`);
    const { status, data: answer } = await this.client.send<ApiAnswer<T> | string>('GET', path, { query });
    if (typeof answer !== 'string' && answer.data !== undefined) return { data: answer.data };
    return { error: typeof answer === 'string' ? `status ${status}: ${answer}` : (answer.error ?? `status ${status}`) };
  }
}

/** Who was scraped is asked for by the job, and is no part of what was told. */
function withoutScrape({ job: _job, instance: _instance, ...labels }: Record<string, string>): Record<string, string> {
  return labels;
}
