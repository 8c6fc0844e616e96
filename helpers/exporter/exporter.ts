import { InfrastructureError } from '../errors.ts';
import type { Format } from '../exposition/model.ts';
import { RequirementFailure } from '../failure.ts';
import { apiError, deniedBeforeThePod, ServerFailure, statusBodyOf } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Pod } from '../kube/pod.ts';
import { seconds } from '../wait.ts';

/** An answer of one of the exporter's ports. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** An answer as it came: as text it would have lost what is no UTF-8. */
export interface ReceivedAnswer extends Answer {
  readonly bytes: Buffer;
}

/** What a scraper says that it accepts. Source: Prometheus, scrape protocols; OpenMetrics 1.0, section 'Protocol negotiation'. */
export const accept: Readonly<Record<Format, string>> = {
  text: 'text/plain;version=0.0.4',
  openmetrics: 'application/openmetrics-text;version=1.0.0',
};

/** The path of a pod's port through the API server, which is how the suite reaches it from outside of the cluster. */
export function proxyPath(pod: Pod, port: number, path: string): string {
  return `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}:${port}/proxy${path}`;
}

/** How long a scraper waits. Source: Prometheus, configuration: scrape_timeout, 10 s unless told. */
const scrapeTimeout = seconds(10);

/**
 * Asks a pod's port over HTTP; an answer is an answer whatever its status is.
 * @throws RequirementFailure when the pod does not answer in time though the API server, through which it is asked, does
 */
export async function ask(
  client: KubeClient,
  pod: Pod,
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ReceivedAnswer> {
  const request = { headers: { Accept: '*/*', ...headers }, responseType: 'arraybuffer', timeout: scrapeTimeout } as const;
  try {
    const url = proxyPath(pod, port, path);
    const { status, headers: told, data } = await client.answer<Buffer>('GET', url, request);
    if (deniedBeforeThePod(status, data)) throw apiError('GET', url, status, statusBodyOf(data));
    return answerOf(status, String(told['content-type'] ?? ''), data);
  } catch (error) {
    if (!(error instanceof InfrastructureError) || error instanceof ServerFailure) throw error;
    await client.call('GET', '/readyz');
    const { namespace, name } = pod.metadata;
    throw new RequirementFailure(
      `an answer of ${namespace}/${name}:${port}${path} within ${scrapeTimeout / 1000} s`,
      error.message,
    );
  }
}

/** A scrape of a big cluster is made text only for who asks for that. */
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
