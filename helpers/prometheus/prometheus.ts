import { InfrastructureError } from '../errors.ts';
import type { KubeClient } from '../kube/client.ts';
import { describePod, isReady, type Pod } from '../kube/pod.ts';
import { type Reference, referenceOf } from '../kube/reference.ts';
import type { OwnedObjects } from '../run/ownership.ts';
import { proxyPath } from '../target/exporter.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import type { ApiAnswer, LoadedRule, NoAnswer, QueryData, QueryResult, RulesData, ScrapeTarget, TargetsData } from './answers.ts';
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

  /** Creates the pod and its configuration; it is Ready later. */
  static async create(client: KubeClient, objects: OwnedObjects, described: PrometheusPod): Promise<Prometheus> {
    const { configuration, pod } = prometheusObjects(described);
    await objects.create(configuration);
    return new Prometheus(client, await objects.create<Pod>(pod));
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

  /** What its discovery has found and it scrapes. */
  async targets(): Promise<readonly ScrapeTarget[] | NoAnswer> {
    const asked = await this.ask<TargetsData>('targets', { state: 'active' });
    if ('error' in asked) return asked;
    return asked.data.activeTargets.map(({ labels: { job = '', instance = '' }, health, lastError, ...last }) => ({
      job,
      instance,
      health,
      lastError,
      scrapedAt: health === 'unknown' ? undefined : Date.parse(last.lastScrape) + 1000 * last.lastScrapeDuration,
    }));
  }

  /** The rules that it has loaded, and what the alerting ones tell. */
  async rules(): Promise<readonly LoadedRule[] | NoAnswer> {
    const asked = await this.ask<RulesData>('rules', {});
    if ('error' in asked) return asked;
    return asked.data.groups.flatMap(({ file, rules }) => rules.map((rule) => ({ ...rule, file })));
  }

  private async ask<T>(endpoint: string, query: Record<string, string | number>): Promise<{ readonly data: T } | NoAnswer> {
    const path = proxyPath(this.pod, PROMETHEUS_PORT, `/api/v1/${endpoint}`);
    const { status, data: answer } = await this.client.answer<ApiAnswer<T> | string>('GET', path, { query });
    if (typeof answer !== 'string' && answer.data !== undefined) return { data: answer.data };
    return { error: typeof answer === 'string' ? `status ${status}: ${answer}` : (answer.error ?? `status ${status}`) };
  }
}

/** Who was scraped is asked for by the job, and is no part of what was told. */
function withoutScrape({ job: _job, instance: _instance, ...labels }: Record<string, string>): Record<string, string> {
  return labels;
}
