import { createInterface } from 'node:readline';
import type { Readable as Stream } from 'node:stream';
import type { Readable } from '../../helpers/exporter/reads.ts';
import type { StatusBody } from '../../helpers/kube/api-error.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { describeAnswer } from '../../helpers/suite/attempt.ts';

interface ListBody extends StatusBody {
  readonly items?: readonly KubernetesObject[] | null;
}

/**
 * Lists one object of a resource.
 * @returns what is wrong with the answer, or undefined
 * @param filled whether there is an object to be listed, as somebody else knows
 */
export async function listAnswers(client: KubeClient, resource: Readable, filled: boolean): Promise<string | undefined> {
  const path = client.mapper.collection(resource);
  const response = await client.answer<ListBody>('GET', path, { query: { limit: 1 } });
  const { items } = response.data;
  if (response.status !== 200 || !Array.isArray(items)) return `list ${resource.resource}: ${describeAnswer(response)}`;
  return filled && items.length === 0 ? `list ${resource.resource}: 200, and no object of those that are there` : undefined;
}

/**
 * Watches a resource until its first event, or for a second where there is nothing to tell.
 * @returns what is wrong with the answer, or undefined
 * @param filled whether there is an object, which a watch without a resourceVersion begins with
 */
export async function watchAnswers(client: KubeClient, resource: Readable, filled: boolean): Promise<string | undefined> {
  const response = await client.answer<Stream>('GET', client.mapper.collection(resource), {
    query: { watch: true, timeoutSeconds: 1 },
    responseType: 'stream',
  });
  try {
    const said = `watch ${resource.resource}: ${response.status}`;
    const line = response.status === 200 && !filled ? undefined : await firstLine(response.data);
    if (response.status !== 200) return `${said} ${line?.slice(0, 300)}`;
    const type = line === undefined ? 'no event' : typeOf(line);
    return filled && type !== 'ADDED' ? `${said}, and ${type} of the objects that are there` : undefined;
  } finally {
    response.data.destroy();
  }
}

async function firstLine(stream: Stream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stream })) return line;
  return undefined;
}

function typeOf(event: string): string {
  return String((JSON.parse(event) as { readonly type?: string }).type);
}
