import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { writeSample } from '../../helpers/accounting/series.ts';
import type { Shard } from '../../helpers/catalogue/sharding.ts';
import { accept } from '../../helpers/exporter/exporter.ts';
import { compressesScrapes } from '../../helpers/exporter/ports.ts';
import type { Format } from '../../helpers/exposition/model.ts';
import { atLeast, type Version } from '../../helpers/version.ts';

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly samples: readonly (readonly [suffix: string, labels: Labels, value: number])[];
}

/** The metrics of the exporter about itself. */
export class Telemetry {
  private readonly reads = new Map<string, number>();
  private readonly limits = new Map<string, number>();
  private requests = 0;
  private readonly started = Date.now() / 1000;

  /**
   * @param version for build_info: `v2.5.0`
   * @param shard returns the exporter's shard at the moment; undefined while it has found none
   */
  constructor(
    private readonly version: string,
    private readonly shard: () => Shard | undefined,
  ) {}

  /** Counts a list or a watch of a Go type: `*v1.Pod`. */
  count(verb: 'list' | 'watch', goType: string, result: 'success' | 'error'): void {
    const key = `${verb} ${goType} ${result}`;
    this.reads.set(key, (this.reads.get(key) ?? 0) + 1);
  }

  /** Records the limit of the lists of a Go type. */
  limit(goType: string, limit: number): void {
    this.limits.set(goType, limit);
  }

  request(): void {
    this.requests += 1;
  }

  /** The exposition in the text format. */
  text(): string {
    return Object.entries(this.families())
      .map(([name, { type, samples }]) => {
        const lines = samples.map(([suffix, labels, value]) => writeSample(name + suffix, labels, value));
        return [`# HELP ${name} simulated`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
      })
      .join('');
  }

  private families(): Readonly<Record<string, Family>> {
    const { heapUsed, rss } = process.memoryUsage();
    const gauge = (value: number, labels: Labels = {}): Family => ({ type: 'gauge', samples: [['', labels, value]] });
    const handler = { handler: 'metrics', method: 'get' };
    const shard = this.shard();
    return {
      go_goroutines: gauge(1),
      go_info: gauge(1, { version: 'simulated' }),
      go_memstats_alloc_bytes: gauge(heapUsed),
      http_request_duration_seconds: {
        type: 'histogram',
        samples: [
          ['_bucket', { ...handler, le: '+Inf' }, this.requests],
          ['_sum', handler, 0],
          ['_count', handler, this.requests],
        ],
      },
      kube_state_metrics_build_info: gauge(1, { version: `${this.version}+simulated` }),
      ...(this.limits.size > 0 && {
        kube_state_metrics_list_objects_limit: {
          type: 'gauge',
          samples: [...this.limits].map(([resource, limit]) => ['', { resource }, limit] as const),
        },
      }),
      kube_state_metrics_list_total: this.counter('list'),
      kube_state_metrics_watch_total: this.counter('watch'),
      ...(shard && { kube_state_metrics_shard_ordinal: gauge(shard.ordinal, { shard_ordinal: String(shard.ordinal) }) }),
      kube_state_metrics_total_shards: gauge(shard?.total ?? 0),
      process_cpu_seconds_total: { type: 'counter', samples: [['', {}, process.cpuUsage().user / 1e6]] },
      process_open_fds: gauge(1),
      process_resident_memory_bytes: gauge(rss),
      process_start_time_seconds: gauge(this.started),
    };
  }

  private counter(verb: string): Family {
    const counts = [...this.reads].map(([key, value]) => ({ parts: key.split(' '), value }));
    const ofVerb = counts.filter(({ parts }) => parts[0] === verb);
    return {
      type: 'counter',
      samples: ofVerb.map(({ parts: [, resource = '', result = ''], value }) => ['', { resource, result }, value]),
    };
  }
}

/** What the handlers of both ports respond with. */
export interface Responses {
  readonly version: Version;
  readonly arguments: readonly string[];
  metrics(format: Format): string;
  /** Undefined for releases that do not block scrapes during changes. */
  readonly lock: ScrapeLock | undefined;
  telemetry(): string;
  /** Whether /livez of the API server returns 200 with the exporter's token. */
  isApiServerLive(): Promise<boolean>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The handler of the metrics port. Source: the exporter's change log, for the paths of each release. */
export function metricsHandler(responses: Responses): Handler {
  const { version } = responses;
  const landing = page(['/metrics', '/healthz']);
  return (request, response) => {
    const path = pathOf(request);
    if (path === '/metrics') locked(responses, response, () => scrape(responses, request, response));
    else if (path === '/healthz') reply(response, 200, 'OK');
    else if (path === '/livez' && atLeast(version, '2.13')) {
      responses.isApiServerLive().then((live) => reply(response, live ? 200 : 503, live ? 'OK' : 'Service Unavailable'));
    } else serveUnknownPath(version, path, landing, response);
  };
}

/** The handler of the telemetry port. */
export function telemetryHandler(responses: Responses): Handler {
  const landing = page(['/metrics']);
  return (request, response) => {
    const path = pathOf(request);
    if (path === '/metrics') reply(response, 200, responses.telemetry(), 'text/plain; version=0.0.4; charset=utf-8');
    else if (path === '/readyz' && atLeast(responses.version, '2.13')) reply(response, 200, 'OK');
    else serveUnknownPath(responses.version, path, landing, response);
  };
}

/** Unknown paths: the landing page before 2.16, then 404. */
function serveUnknownPath(version: Version, path: string, landing: string, response: ServerResponse): void {
  if (path === '/' || !atLeast(version, '2.16')) reply(response, 200, landing, 'text/html; charset=utf-8');
  else reply(response, 404, '404 page not found\n');
}

/** Serves the requests of a connection in order, each without concurrent changes. */
function locked({ lock }: Responses, response: ServerResponse, serve: () => void): void {
  if (!lock) {
    serve();
    return;
  }
  const { socket } = response.req;
  const queue = queues.get(socket) ?? [];
  queues.set(socket, queue);
  const start = () =>
    lock.scrape(() => {
      const end = () => {
        lock.release();
        queue.shift();
        queue[0]?.();
      };
      if (socket.destroyed || response.destroyed) end();
      else {
        response.on('close', end);
        serve();
      }
    });
  queue.push(start);
  if (queue.length === 1) start();
}

const queues = new WeakMap<Socket, (() => void)[]>();

function scrape(responses: Responses, request: IncomingMessage, response: ServerResponse): void {
  const wantsOpenMetrics = (request.headers.accept ?? '').includes('application/openmetrics-text');
  const format: Format = wantsOpenMetrics && atLeast(responses.version, '2.8') ? 'openmetrics' : 'text';
  const body = responses.metrics(format);
  const type = `${accept[format].replace(';', '; ')}${format === 'openmetrics' ? '; charset=utf-8' : ''}`;
  const compresses = compressesScrapes(responses.arguments) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (!compresses) {
    reply(response, 200, body, type);
    return;
  }
  response.setHeader('Content-Encoding', 'gzip');
  reply(response, 200, gzipSync(body), type);
}

function reply(response: ServerResponse, status: number, body: string | Buffer, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
}

export function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?')[0] ?? '/';
}

function page(links: readonly string[]): string {
  const items = links.map((path) => `<li><a href="${path}">${path}</a></li>`).join('');
  return `<html><head><title>simulated exporter</title></head><body><ul>${items}</ul></body></html>`;
}

/** The lock of releases before 2.14: a change waits for running scrapes, and later scrapes wait for the change. */
export class ScrapeLock {
  private scrapes = 0;
  private changes: (() => void)[] = [];
  private waiting: (() => void)[] = [];

  /** Applies a change when no scrape is running. */
  change(apply: () => void): void {
    if (this.scrapes === 0) apply();
    else this.changes.push(apply);
  }

  /** Starts a scrape when no change is waiting; `release` ends it. */
  scrape(serve: () => void): void {
    if (this.changes.length > 0) {
      this.waiting.push(serve);
      return;
    }
    this.scrapes += 1;
    serve();
  }

  release(): void {
    this.scrapes -= 1;
    if (this.scrapes > 0) return;
    const [changes, waiting] = [this.changes, this.waiting];
    this.changes = [];
    this.waiting = [];
    for (const apply of changes) apply();
    for (const serve of waiting) this.scrape(serve);
  }
}
