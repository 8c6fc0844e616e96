import axios, { type AxiosRequestConfig } from 'axios';
import { InfrastructureError } from '../errors.ts';
import type { Format } from '../exposition/model.ts';
import { RequirementFailure } from '../failure.ts';
import { apiError, deniedBeforeThePod, ServerFailure, statusBodyOf } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Pod } from '../kube/pod.ts';
import { withPortForward } from '../kube/port-forward.ts';
import { seconds } from '../wait.ts';
import { argumentsOf, isOnLoopback } from './ports.ts';

/** A response of one of the exporter's ports. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** A response with its bytes, as its text lacks what is no UTF-8. */
export interface ReceivedAnswer extends Answer {
  readonly bytes: Buffer;
}

/** The Accept header of a scraper, by format. Source: Prometheus, scrape protocols; OpenMetrics 1.0, section 'Protocol negotiation'. */
export const accept: Readonly<Record<Format, string>> = {
  text: 'text/plain;version=0.0.4',
  openmetrics: 'application/openmetrics-text;version=1.0.0',
};

/** The path of a pod's port through the API server's proxy, by which the suite reaches it from outside of the cluster. */
export function proxyPath(pod: Pod, port: number, path: string): string {
  return `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}:${port}/proxy${path}`;
}

/** The timeout of a scrape. Source: Prometheus, configuration: scrape_timeout, default 10 s. */
const scrapeTimeout = seconds(10);

/**
 * Sends a GET request to a pod's port, and returns a response of any status: through the API server's proxy, or through a port-forward,
 * which ends in the pod's network namespace, where the exporter listens on the loopback interface. A read-only client forwards no port.
 * @throws RequirementFailure when the pod does not respond in time although the API server does
 */
export async function getFromPod(
  client: KubeClient,
  pod: Pod,
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReceivedAnswer> {
  const request = { headers: { Accept: '*/*', ...headers }, responseType: 'arraybuffer', timeout: scrapeTimeout } as const;
  const isLocal = pod.spec.containers.some((container) => isOnLoopback(argumentsOf(container), port));
  if (isLocal && !client.connection.readOnly) return getThroughPortForward(client, pod, port, path, request);
  try {
    const url = proxyPath(pod, port, path);
    const { status, headers: responseHeaders, data } = await client.answer<Buffer>('GET', url, request);
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

async function getThroughPortForward(
  client: KubeClient,
  { metadata: { namespace = 'default', name } }: Pod,
  port: number,
  path: string,
  request: AxiosRequestConfig,
): Promise<ReceivedAnswer> {
  try {
    const { status, headers, data } = await withPortForward(client.connection, { namespace, name, port }, (local) =>
      axios.get<Buffer>(`http://127.0.0.1:${local}${path}`, { ...request, proxy: false, validateStatus: () => true }),
    );
    return answerOf(status, String(headers['content-type'] ?? ''), data);
  } catch (error) {
    await client.call('GET', '/readyz');
    const what = `a response of ${namespace}/${name}:${port}${path} on the loopback interface within ${scrapeTimeout / 1000} s`;
    throw new RequirementFailure(what, (error as Error).message);
  }
}

/** Decodes the body when it is first read, as a scrape of a large cluster is mostly read as bytes. */
function answerOf(status: number, contentType: string, bytes: Buffer): ReceivedAnswer {
  let text: string | undefined;
  return {
    status,
    contentType,
    bytes,
    get body() {
      text ??= bytes.toString('utf8');
      return text;
    },
  };
}
