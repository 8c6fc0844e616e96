import { get } from 'node:http';
import { get as getSecurely } from 'node:https';
import { type Answer, accept, authorizationFor } from '../../helpers/exporter/exporter.ts';
import type { InstalledTarget } from '../../helpers/exporter/installed.ts';
import { lacksSamples } from '../../helpers/exporter/paths.ts';
import { type ExporterPort, reachedAt } from '../../helpers/exporter/ports.ts';
import { isGuarded, isSecured, listenerOf } from '../../helpers/exporter/secured.ts';
import { withPortForward } from '../../helpers/kube/port-forward.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** How long the endpoints of the Service may take to include the exporter's pod once it is Ready, in milliseconds. */
const endpointsBudget = seconds(10);

/** How long a process may answer without samples, as it has not listed anything yet, in milliseconds. */
const firstLists = seconds(10);

/**
 * Scrapes the exporter, again while the answer has headers at most: a process that has just started has no samples.
 * @returns the first answer that has a sample or is no exposition
 */
export async function firstScrape(exporter: InstalledTarget): Promise<Answer> {
  return waitFor({
    what: 'a scrape with samples of the cluster',
    within: firstLists,
    observe: () => exporter.metricsPort('/metrics', { Accept: accept.text }),
    until: (answer) => !lacksSamples(answer),
    describe: ({ status, contentType, body }) => `${status} ${contentType}, ${body.length} characters and no sample`,
  });
}

/**
 * Waits until the exporter answers a request to a port of its Service, which is sent through the API server.
 * @param isExporters whether a response is the exporter's; that of a port which requires a token is 401
 */
export async function serviceLeadsTo(
  { client, target }: RequirementContext,
  port: ExporterPort,
  path: string,
  isExporters: (answer: Answer) => boolean,
): Promise<void> {
  const { namespace, service } = target;
  const { name, servicePort = reachedAt(port), front } = port;
  const scheme = isSecured(target, port) ? 'https:' : '';
  const proxy = `/api/v1/namespaces/${namespace}/services/${scheme}${service.metadata.name}:${servicePort}/proxy${path}`;
  // The API server passes no token on. A Service answers with 503, and the API server itself with JSON.
  const isRefusal = ({ status, body }: Answer) => status === 401 && !body.startsWith('{');
  const needsToken = front !== undefined || (path === '/metrics' && isGuarded(target, port));
  await waitFor({
    what: `${path} of the exporter through port ${name} (${servicePort}) of its Service`,
    within: endpointsBudget,
    observe: async () => {
      const response = await client.answer<string>('GET', proxy, { responseType: 'text' });
      const contentType = String(response.headers['content-type'] ?? '');
      return { status: response.status, contentType, body: String(response.data) };
    },
    until: needsToken ? isRefusal : isExporters,
    describe: ({ status, body }) => `${status}: ${JSON.stringify(body.slice(0, 300))}`,
  });
}

/**
 * Scrapes with `Accept-Encoding: gzip`, without the API server's HTTP proxy, which may compress or decompress by itself.
 * @returns the Content-Encoding of the response: `gzip`, or `none` without one
 */
export async function encodingOfScrape({ client, exporter, target }: RequirementContext): Promise<string> {
  const { metadata, spec } = await exporter.pod();
  const { number } = target.ports.metrics;
  const listener = listenerOf(spec.containers, number);
  const headers = { 'Accept-Encoding': 'gzip', ...(await authorizationFor(client, listener)) };
  const pod = { namespace: metadata.namespace ?? 'default', name: metadata.name, port: number };
  return withPortForward(client.connection, pod, (local) => contentEncoding(local, listener.tls, headers));
}

function contentEncoding(port: number, tls: boolean, headers: Readonly<Record<string, string>>): Promise<string> {
  const options = { host: '127.0.0.1', port, path: '/metrics', headers, timeout: seconds(20), rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const request = (tls ? getSecurely : get)(options, (response) => {
      resolve(response.headers['content-encoding'] ?? 'none');
      response.destroy();
    });
    request.on('timeout', () => request.destroy(new Error('The exporter did not answer a scrape within 20 s.')));
    request.on('error', reject);
  });
}
