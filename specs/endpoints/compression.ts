import { get } from 'node:http';
import { withPortForward } from '../../helpers/kube/port-forward.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds } from '../../helpers/wait.ts';

/**
 * Scrapes as somebody who accepts gzip, past the API server's HTTP proxy, which could compress or unpack by itself.
 * @returns the answer's Content-Encoding, `none` where it has none
 */
export async function encodingOfScrape({ client, exporter, target }: RequirementContext): Promise<string> {
  const { name, namespace = 'default' } = (await exporter.pod()).metadata;
  const pod = { namespace, name, port: target.ports.metrics.number };
  return withPortForward(client.connection, pod, encodingOf);
}

function encodingOf(port: number): Promise<string> {
  const options = { host: '127.0.0.1', port, path: '/metrics', headers: { 'Accept-Encoding': 'gzip' }, timeout: seconds(20) };
  return new Promise((resolve, reject) => {
    const request = get(options, (response) => {
      resolve(response.headers['content-encoding'] ?? 'none');
      response.destroy();
    });
    request.on('timeout', () => request.destroy(new Error('The exporter did not answer a scrape within 20 s.')));
    request.on('error', reject);
  });
}
