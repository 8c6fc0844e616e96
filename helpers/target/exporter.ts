import type { Format } from '../exposition/model.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Pod } from '../kube/pod.ts';
import { seconds } from '../wait.ts';

/** An answer of one of the exporter's ports. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
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

/** Asks a pod's port over HTTP; an answer is an answer whatever its status is. */
export async function ask(
  client: KubeClient,
  pod: Pod,
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await client.send<string>('GET', proxyPath(pod, port, path), {
    headers: { Accept: '*/*', ...headers },
    responseType: 'text',
    timeout: seconds(60),
  });
  return { status: response.status, contentType: String(response.headers['content-type'] ?? ''), body: String(response.data) };
}
