import { type Agent, get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { accept } from '../../helpers/exporter/exporter.ts';
import { unquoted } from '../../helpers/prometheus/rules/syntax.ts';
import type { Network } from '../network.ts';
import { relabelled, type ScrapeConfig } from './discovery.ts';
import type { Labels, Series, SeriesStore } from './series.ts';

/** A scrape target and the state of its last scrape. */
export class Target {
  health: 'unknown' | 'up' | 'down' = 'unknown';
  lastError = '';
  /** The end of the last scrape, in seconds since 1970. */
  scrapedAt = 0;
  private readonly up: Series;
  /** The sample of each line of the last exposition, as most lines recur in every scrape. */
  private readonly lines = new Map<string, LineSample>();

  constructor(
    private readonly config: ScrapeConfig,
    readonly instance: string,
    private readonly store: SeriesStore,
  ) {
    this.up = store.series({ __name__: 'up', ...this.identity });
  }

  /** The target labels: those of relabelling that do not depend on what was discovered, `job` and `instance`. */
  get identity(): Labels {
    const relabelling = (this.config.relabel_configs ?? []).filter(({ source_labels: sources }) =>
      sources.every((name) => name === '__address__'),
    );
    const { __address__: _, ...added } = relabelled({ __address__: this.instance }, relabelling) ?? {};
    return { job: this.config.job_name, instance: this.instance, ...added };
  }

  /** @param token of the pod's account, which is sent where the configuration has an authorization */
  async scrape(network: Network, agent: Agent, now: () => number, token?: string): Promise<void> {
    try {
      const { scheme, authorization } = this.config;
      const sent = authorization && token !== undefined ? { Authorization: `Bearer ${token}` } : {};
      const body = await bodyOf(network, scheme === 'https' ? undefined : agent, this.instance, sent);
      this.ingest(body, now());
      this.health = 'up';
      this.lastError = '';
      this.up.add(now(), 1);
    } catch (error) {
      this.health = 'down';
      this.lastError = (error as Error).message;
      this.markStale(now());
      this.up.add(now(), 0);
    }
    this.scrapedAt = now();
  }

  /** Marks all of its series as stale. */
  markStale(at: number): void {
    for (const { series } of this.lines.values()) series.add(at, undefined);
    this.lines.clear();
  }

  private ingest(body: string, at: number): void {
    for (const line of body.split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      let sample = this.lines.get(line);
      if (!sample) {
        sample = this.sampleOf(line);
        if (!sample) continue;
        this.lines.set(line, sample);
      }
      sample.series.add(at, sample.value);
      sample.scrapedAt = at;
    }
    for (const [line, { scrapedAt, series }] of this.lines) {
      if (scrapedAt === at) continue;
      this.lines.delete(line);
      if (series.latest !== at) series.add(at, undefined);
    }
  }

  /** @returns undefined for a sample that relabelling drops */
  private sampleOf(line: string): LineSample | undefined {
    const end = line.lastIndexOf(' ');
    const labels = relabelled({ ...this.identity, ...labelsOf(line.slice(0, end)) }, this.config.metric_relabel_configs);
    return labels && { series: this.store.series(labels), value: Number(line.slice(end + 1)), scrapedAt: 0 };
  }
}

interface LineSample {
  readonly series: Series;
  readonly value: number;
  /** The time of the last exposition that has it. */
  scrapedAt: number;
}

/** Parses `name{a="b",c="d"}`. */
function labelsOf(text: string): Labels {
  const brace = text.indexOf('{');
  if (brace < 0) return { __name__: text };
  const labels: Record<string, string> = { __name__: text.slice(0, brace) };
  for (const [, name = '', value = ''] of text.slice(brace).matchAll(/([a-zA-Z_]\w*)=("(?:[^"\\]|\\.)*")/g))
    labels[name] = unquoted(value);
  return labels;
}

/** @param agent undefined for TLS, whose certificate is not verified */
function bodyOf(
  network: Network,
  agent: Agent | undefined,
  instance: string,
  sent: Readonly<Record<string, string>>,
): Promise<string> {
  const [ip = '', port] = instance.split(':');
  const real = network.realPort(ip, Number(port));
  if (real === undefined) return Promise.reject(new Error(`dial tcp ${instance}: connect: connection refused`));
  return new Promise((resolve, reject) => {
    const headers = { Accept: accept.text, ...sent };
    const send = agent ? get : getSecurely;
    const request = send(
      { host: '127.0.0.1', port: real, path: '/metrics', headers, agent, timeout: 5000, rejectUnauthorized: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString());
          else reject(new Error(`server returned HTTP status ${response.statusCode}`));
        });
      },
    );
    request.on('timeout', () => request.destroy(new Error('context deadline exceeded')));
    request.on('error', reject);
  });
}
