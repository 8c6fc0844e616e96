import type { Answer } from '../../helpers/exporter/exporter.ts';
import type { ExporterPort } from '../../helpers/exporter/ports.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** How long endpoints may take to lead to the exporter's pod once it is Ready, in milliseconds. */
const endpointsBudget = seconds(10);

/**
 * Waits until a port of the exporter's Service, asked through the API server, gives an answer that only the exporter gives.
 * @param path what is asked for
 * @param isExporters tells the exporter's answer from any other
 */
export async function serviceLeadsTo(
  { client, target }: RequirementContext,
  { name, number, servicePort = number }: ExporterPort,
  path: string,
  isExporters: (answer: Answer) => boolean,
): Promise<void> {
  const { namespace, service } = target;
  const proxy = `/api/v1/namespaces/${namespace}/services/${service.metadata.name}:${servicePort}/proxy${path}`;
  await waitFor({
    what: `${path} of the exporter through port ${name} (${servicePort}) of its Service`,
    within: endpointsBudget,
    observe: async () => {
      const response = await client.answer<string>('GET', proxy, { responseType: 'text' });
      const contentType = String(response.headers['content-type'] ?? '');
      return { status: response.status, contentType, body: String(response.data) };
    },
    until: isExporters,
    describe: ({ status, body }) => `${status}: ${JSON.stringify(body.slice(0, 300))}`,
  });
}
