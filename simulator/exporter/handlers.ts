import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { isToldToCompress } from '../../helpers/endpoints/compression.ts';
import type { Format } from '../../helpers/exposition/model.ts';
import { accept } from '../../helpers/target/exporter.ts';
import { atLeast, type Version } from '../../helpers/version.ts';
import type { ScrapeLock } from './lock.ts';

/** What the handlers of both ports answer with. */
export interface Answers {
  readonly version: Version;
  readonly arguments: readonly string[];
  metrics(format: Format): string;
  /** What scrapes and changes wait for. */
  readonly lock: ScrapeLock | undefined;
  telemetry(): string;
  /** Whether the API server says that it lives, asked with the exporter's own token. */
  apiServerLives(): Promise<boolean>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The port where the exporter tells of the cluster. Source: the exporter's change log, for what each release answers where. */
export function metricsHandler(answers: Answers): Handler {
  const { version } = answers;
  const landing = page(['/metrics', '/healthz']);
  return (request, response) => {
    const path = pathOf(request);
    if (path === '/metrics') locked(answers, response, () => scrape(answers, request, response));
    else if (path === '/healthz') reply(response, 200, 'OK');
    else if (path === '/livez' && atLeast(version, '2.13')) {
      answers.apiServerLives().then((lives) => reply(response, lives ? 200 : 503, lives ? 'OK' : 'Service Unavailable'));
    } else otherwise(version, path, landing, response);
  };
}

/** The port where it tells of itself. */
export function telemetryHandler(answers: Answers): Handler {
  const landing = page(['/metrics']);
  return (request, response) => {
    const path = pathOf(request);
    if (path === '/metrics') reply(response, 200, answers.telemetry(), 'text/plain; version=0.0.4; charset=utf-8');
    else if (path === '/readyz' && atLeast(answers.version, '2.13')) reply(response, 200, 'OK');
    else otherwise(answers.version, path, landing, response);
  };
}

/** Before 2.16 every path that nobody knows leads to the landing page. */
function otherwise(version: Version, path: string, landing: string, response: ServerResponse): void {
  if (path === '/' || !atLeast(version, '2.16')) reply(response, 200, landing, 'text/html; charset=utf-8');
  else reply(response, 404, '404 page not found\n');
}

/** The requests of a connection one after the other, and each between the changes that it must not see half of. */
function locked({ lock }: Answers, response: ServerResponse, serve: () => void): void {
  if (!lock) {
    serve();
    return;
  }
  const { socket } = response.req;
  const queue = queues.get(socket) ?? [];
  queues.set(socket, queue);
  const begin = () =>
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
  queue.push(begin);
  if (queue.length === 1) begin();
}

const queues = new WeakMap<Socket, (() => void)[]>();

function scrape(answers: Answers, request: IncomingMessage, response: ServerResponse): void {
  const wantsOpenMetrics = (request.headers.accept ?? '').includes('application/openmetrics-text');
  const format: Format = wantsOpenMetrics && atLeast(answers.version, '2.8') ? 'openmetrics' : 'text';
  const body = answers.metrics(format);
  const type = `${accept[format].replace(';', '; ')}${format === 'openmetrics' ? '; charset=utf-8' : ''}`;
  const compresses = isToldToCompress({ target: answers }) && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (!compresses) {
    reply(response, 200, body, type);
    return;
  }
  response.setHeader('Content-Encoding', 'gzip');
  reply(response, 200, gzipSync(body), type);
}

function reply(response: ServerResponse, status: number, body: string | Buffer, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'Content-Type': type }).end(body);
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?')[0] ?? '/';
}

function page(links: readonly string[]): string {
  const items = links.map((path) => `<li><a href="${path}">${path}</a></li>`).join('');
  return `<html><head><title>simulated exporter</title></head><body><ul>${items}</ul></body></html>`;
}
