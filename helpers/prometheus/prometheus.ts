import { InfrastructureError } from '../errors.ts';
import { proxyPath } from '../exporter/exporter.ts';
import type { KubeClient } from '../kube/client.ts';
import type { OwnedObjects } from '../kube/owned/ownership.ts';
import { describePod, isReady, type Pod } from '../kube/pod.ts';
import { type Reference, referenceOf } from '../kube/reference.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { PROMETHEUS_PORT, type PrometheusPod, prometheusObjects } from './pod.ts';

/** An element of an instant vector: labels without `job` and `instance`, and the value as Prometheus writes it. */
export interface ResultRow {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: string;
}

/** Why a request failed: the error of Prometheus, or the status of the proxy. */
export interface PrometheusError {
  readonly error: string;
}

export type QueryResult = { readonly rows: readonly ResultRow[] } | PrometheusError;

/** A target that service discovery found, and the state of its last scrape. */
export interface ScrapeTarget {
  readonly job: string;
  /** `10.42.0.7:8080` */
  readonly instance: string;
  readonly health: 'up' | 'down' | 'unknown';
  /** Empty unless it is down. */
  readonly lastError: string;
  /** The end of its last scrape, in milliseconds since 1970; undefined before the first one. */
  readonly scrapedAt: number | undefined;
}

/** An alert of a rule whose expression holds; it fires when it has held for the rule's `for`. */
export interface ActiveAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** A rule that Prometheus has loaded. */
export interface LoadedRule {
  readonly file: string;
  readonly name: string;
  readonly health: 'ok' | 'err' | 'unknown';
  /** The error of the last evaluation. */
  readonly lastError?: string;
  /** RFC 3339; the year 1 before the first evaluation. */
  readonly lastEvaluation: string;
  /** The pending and firing alerts of an alerting rule; undefined for a recording rule. */
  readonly alerts?: readonly ActiveAlert[];
}

/** The body of any response. Source: Prometheus, HTTP API: format overview. */
export interface ApiResponse<T> {
  readonly status: string;
  readonly error?: string;
  readonly data?: T;
}

/** `data` of /api/v1/query for an instant vector. */
export interface QueryData {
  readonly resultType: string;
  readonly result: readonly { readonly metric: Record<string, string>; readonly value: readonly [number, string] }[];
}

/** `data` of /api/v1/targets. */
export interface TargetsData {
  readonly activeTargets: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly health: ScrapeTarget['health'];
    readonly lastError: string;
    /** The start of the last scrape, and its duration in seconds. */
    readonly lastScrape: string;
    readonly lastScrapeDuration: number;
  }[];
}

/** `data` of /api/v1/rules. */
export interface RulesData {
  readonly groups: readonly { readonly file: string; readonly rules: readonly Omit<LoadedRule, 'file'>[] }[];
}

/** A response of the HTTP API: its body as JSON, or as text where it is none. */
export interface RawResponse {
  readonly status: number;
  readonly data: unknown;
}

/** Sends a GET request to a path of the HTTP API, such as `/api/v1/query`. */
export type Get = (path: string, query: Readonly<Record<string, string | number>>) => Promise<RawResponse>;

/** The HTTP API of a Prometheus, wherever it runs. */
export class PrometheusApi {
  constructor(private readonly get: Get) {}

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
    const { status, data } = await this.get(`/api/v1/${endpoint}`, query);
    const answer = data as ApiResponse<T> | string;
    if (typeof answer !== 'string' && answer.data !== undefined) return { data: answer.data };
    return { error: typeof answer === 'string' ? `status ${status}: ${answer}` : (answer.error ?? `status ${status}`) };
  }
}

/** A Prometheus in the cluster, queried through the proxy of the API server. */
export class Prometheus extends PrometheusApi {
  private readonly reference: Reference;

  private constructor(
    private readonly client: KubeClient,
    pod: Pod,
  ) {
    super((path, query) => client.answer('GET', proxyPath(pod, PROMETHEUS_PORT, path), { query }));
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

  /** @throws InfrastructureError when it is not Ready within two minutes, as it starts beside everything else */
  async ready(): Promise<void> {
    try {
      await waitFor({
        what: 'Prometheus Ready',
        within: seconds(120),
        observe: () => this.client.find<Pod>(this.reference),
        until: (pod) => pod !== undefined && isReady(pod),
        describe: describePod,
      });
    } catch (error) {
      if (!(error instanceof NotObserved)) throw error;
      throw new InfrastructureError(`Prometheus did not become Ready: ${error.actual}.`);
    }
  }

  /** The last lines that its container logged, or the one before it where that one ended. */
  async log(): Promise<readonly string[]> {
    const { namespace, name } = this.reference;
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
    const read = async (previous: boolean) => {
      const query = { tailLines: 50, previous };
      const { status, data } = await this.client.answer<string>('GET', path, { query, responseType: 'text' });
      return status === 200 ? String(data).trim() : '';
    };
    return ((await read(false)) || (await read(true))).split('\n');
  }
}

/** Removes the labels that Prometheus adds for the scraped target. */
function withoutTargetLabels({ job: _job, instance: _instance, ...labels }: Record<string, string>): Record<string, string> {
  return labels;
}
