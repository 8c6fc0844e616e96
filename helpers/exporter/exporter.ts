import { InfrastructureError } from '../errors.ts';
import { type Format, formatOf } from '../exposition/model.ts';
import { familiesWithSamples } from '../exposition/read.ts';
import { RequirementFailure } from '../failure.ts';
import { ApiError, apiError, deniedBeforeThePod, ServerFailure, statusBodyOf } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import { PackedBytes } from '../kube/packed-bytes.ts';
import type { Pod } from '../kube/pod.ts';
import { ConnectionEnded, type ForwardedRequest, getForwarded, NoForwardedAnswer } from '../kube/port-forward.ts';
import { seconds } from '../wait.ts';
import { type Listener, listenerOf } from './secured.ts';

/** A response of one of the exporter's ports. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A response with its bytes, as its text lacks what is no UTF-8. Of a large cluster, only `source` may be read. */
export interface ReceivedAnswer extends Answer {
  readonly bytes: Buffer;
  /** The bytes, part by part. */
  readonly source: PackedBytes;
}

/** A response whose bytes may be compressed, by their Content-Encoding; empty without it. */
export interface CompressedAnswer extends ReceivedAnswer {
  readonly encoding: string;
}

/** The Accept header of a scraper, by format. Source: Prometheus, scrape protocols; OpenMetrics 1.0, section 'Protocol negotiation'. */
export const accept: Readonly<Record<Format, string>> = {
  text: 'text/plain;version=0.0.4',
  openmetrics: 'application/openmetrics-text;version=1.0.0',
};

/**
 * The path of a pod's port through the API server's proxy, by which the suite reaches it from outside of the cluster.
 * @param tls whether the port has TLS, which the proxy does not verify
 */
export function proxyPath(pod: Pod, port: number, path: string, tls = false): string {
  const name = `${tls ? 'https:' : ''}${pod.metadata.name}:${port}`;
  return `/api/v1/namespaces/${pod.metadata.namespace}/pods/${name}/proxy${path}`;
}

/** The timeout of a scrape. Source: Prometheus, configuration: scrape_timeout, default 10 s. */
const scrapeTimeout = seconds(10);

/**
 * Sends a GET request to a pod's port, and returns a response of any status: through the API server's proxy, or through a port-forward
 * where the proxy cannot: it does not reach the loopback interface, and it removes the token that the exporter requires. Where nothing listens on
 * the port, the response is that of the API server's proxy, 503 with the reason, on both ways.
 * @throws RequirementFailure when the pod does not respond in time although the API server does
 */
export async function getFromPod(
  client: KubeClient,
  pod: Pod,
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReceivedAnswer> {
  const listener = listenerOf(pod.spec.containers, port);
  const request = { headers: { Accept: '*/*', ...headers }, timeout: scrapeTimeout };
  if (isForwarded(listener)) return getThroughPortForward(client, pod, port, path, listener, request);
  try {
    const url = proxyPath(pod, port, path, listener.tls);
    const {
      status,
      headers: responseHeaders,
      data,
    } = await client.answer<PackedBytes>('GET', url, {
      ...request,
      responseType: 'packed',
    });
    if (deniedBeforeThePod(status, data)) throw apiError('GET', url, status, statusBodyOf(data));
    return answerOf(status, String(responseHeaders['content-type'] ?? ''), data);
  } catch (error) {
    if (!(error instanceof InfrastructureError) || error instanceof ServerFailure) throw error;
    await client.call('GET', '/readyz');
    const { namespace, name } = pod.metadata;
    throw new RequirementFailure(
      `a response of ${namespace}/${name}:${port}${path} within ${scrapeTimeout / 1000} s`,
      error.message,
    );
  }
}

/**
 * Scrapes a pod that may not answer yet, or not at all, or not to this caller.
 * @returns the names of the families with samples, sorted, as one text: `kube_node_info kube_pod_info`; empty without such an answer
 */
export async function exposedFamilies(client: KubeClient, pod: Pod, port: number, format: Format = 'text'): Promise<string> {
  try {
    const { status, contentType, source } = await getFromPod(client, pod, port, '/metrics', { Accept: accept[format] });
    if (status !== 200) return '';
    return [...(await familiesWithSamples(source, formatOf(contentType) ?? 'text'))].sort().join(' ');
  } catch (error) {
    if (error instanceof RequirementFailure || error instanceof ApiError) return '';
    throw error;
  }
}

/** Whether a port is reached through a port-forward, and not through the API server's proxy. */
export function isForwarded({ onLoopback, token }: Listener): boolean {
  return onLoopback || token;
}

/** The header with the scraper's token for a port that requires one; none where the run has no scraper. */
export async function authorizationFor(
  { connection: { scraperToken } }: Pick<KubeClient, 'connection'>,
  { token }: Pick<Listener, 'token'>,
): Promise<Readonly<Record<string, string>>> {
  return token && scraperToken ? { Authorization: `Bearer ${await scraperToken()}` } : {};
}

/** Like `getFromPod`, always through a port-forward, which does not use the API server's HTTP proxy. */
export async function getPastTheProxy(client: KubeClient, pod: Pod, port: number, path: string): Promise<ReceivedAnswer> {
  const request = { headers: { Accept: '*/*' }, timeout: scrapeTimeout };
  return getThroughPortForward(client, pod, port, path, listenerOf(pod.spec.containers, port), request);
}

/** Scrapes as a scraper that accepts gzip, without the API server's HTTP proxy, which may compress or decompress by itself. */
export async function scrapeCompressed(client: KubeClient, pod: Pod, port: number): Promise<CompressedAnswer> {
  const request = { headers: { Accept: accept.text, 'Accept-Encoding': 'gzip' }, timeout: scrapeTimeout };
  return getThroughPortForward(client, pod, port, '/metrics', listenerOf(pod.spec.containers, port), request);
}

async function getThroughPortForward(
  client: KubeClient,
  { metadata: { namespace = 'default', name } }: Pod,
  port: number,
  path: string,
  { tls, token }: Listener,
  { headers, timeout }: Pick<ForwardedRequest, 'headers' | 'timeout'>,
): Promise<CompressedAnswer> {
  const authorization = await authorizationFor(client, { token });
  try {
    const request = { path, tls, timeout, headers: { ...headers, ...authorization } };
    const { status, contentType, encoding, bytes } = await getForwarded(client, { namespace, name, port }, request);
    return answerOf(status, contentType, PackedBytes.of(bytes), encoding);
  } catch (error) {
    if (!(error instanceof NoForwardedAnswer)) throw error;
    if (error instanceof ConnectionEnded) return answerOf(503, 'text/plain', PackedBytes.of(Buffer.from(error.message)));
    const what = `a response of ${namespace}/${name}:${port}${path} through a port-forward${tls ? ', with TLS,' : ''}`;
    throw new RequirementFailure(`${what} within ${scrapeTimeout / 1000} s`, error.message);
  }
}

/** Unpacks and decodes the body when it is first read, as a scrape of a large cluster is mostly read part by part. */
function answerOf(status: number, contentType: string, source: PackedBytes, encoding = ''): CompressedAnswer {
  let text: string | undefined;
  return {
    status,
    contentType,
    encoding,
    source,
    get bytes() {
      return source.toBuffer();
    },
    get body() {
      text ??= source.toBuffer().toString('utf8');
      return text;
    },
  };
}
