import { createInterface } from 'node:readline';
import type { Readable as Stream } from 'node:stream';
import pMap from 'p-map';
import { namespacesRead, type Readable, servedReads } from '../../helpers/exporter/reads.ts';
import { requestsInFlight } from '../../helpers/kube/access-review.ts';
import type { StatusBody } from '../../helpers/kube/api-error.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { describeAnswer } from '../../helpers/suite/attempt.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { exportersAccount } from './account.ts';

/** A resource in the whole cluster, or in a namespace. */
type Scoped = Readable & { readonly namespace?: string };

interface ListBody extends StatusBody {
  readonly items?: readonly KubernetesObject[] | null;
}

/**
 * Lists and watches, with the exporter's token, each resource that the exporter reads and the cluster serves, where it reads it.
 * @returns a line for each response that is not 200 or has no object although there is one, and the number of resources
 */
export async function listAndWatch({
  client,
  target,
  workloads,
  scratch,
}: Pick<RequirementContext, 'client' | 'target' | 'workloads' | 'scratch'>): Promise<{
  readonly findings: readonly string[];
  readonly resources: number;
}> {
  const exporter = await exportersAccount({ client, target, scratch });
  const everyRead = workloads.flatMap((workload) =>
    servedReads(workload.target, client.mapper).flatMap((resource) =>
      namespacesRead(workload.target, resource, client.mapper).map(
        (namespace): Scoped => ({ ...resource, ...(namespace && { namespace }) }),
      ),
    ),
  );
  const scoped = [...new Map(everyRead.map((read) => [client.mapper.collection(read), read])).values()];
  const findings = await pMap(
    scoped,
    async (resource) => {
      const hasObjects = (await client.list(resource, { limit: 1 })).length > 0;
      return [await list(exporter.client, resource, hasObjects), await watch(exporter.client, resource, hasObjects)];
    },
    { concurrency: requestsInFlight },
  );
  return {
    findings: findings.flat().filter((finding) => finding !== undefined),
    resources: new Set(scoped.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)).size,
  };
}

/**
 * Lists at most one object.
 * @param hasObjects whether the resource has an object, according to another account
 * @returns undefined if the response is as expected
 */
async function list(client: KubeClient, resource: Scoped, hasObjects: boolean): Promise<string | undefined> {
  const path = client.mapper.collection(resource);
  const response = await client.answer<ListBody>('GET', path, { query: { limit: 1 } });
  const { items } = response.data;
  if (response.status !== 200 || !Array.isArray(items)) return `list ${resource.resource}: ${describeAnswer(response)}`;
  return hasObjects && items.length === 0 ? `list ${resource.resource}: 200 without any of the existing objects` : undefined;
}

/**
 * Watches until the first event, or for one second if the resource has no object.
 * @param hasObjects as in `list`; a watch without a resourceVersion starts with an ADDED event for each object
 * @returns undefined if the response is as expected
 */
async function watch(client: KubeClient, resource: Scoped, hasObjects: boolean): Promise<string | undefined> {
  const response = await client.answer<Stream>('GET', client.mapper.collection(resource), {
    query: { watch: true, timeoutSeconds: 1 },
    responseType: 'stream',
  });
  try {
    const status = `watch ${resource.resource}: ${response.status}`;
    const line = response.status === 200 && !hasObjects ? undefined : await firstLine(response.data);
    if (response.status !== 200) return `${status} ${line?.slice(0, 300)}`;
    const type = line === undefined ? 'no event' : typeOf(line);
    return hasObjects && type !== 'ADDED' ? `${status}, but ${type} for the existing objects` : undefined;
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
