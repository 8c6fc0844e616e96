import type { AxiosResponse } from 'axios';
import type { StatusBody } from '../kube/api-error.ts';
import type { KubeClient, Query } from '../kube/client.ts';
import { type ApiResource, groupPath } from '../kube/reference.ts';

/** A request that needs a permission, made so that it changes nothing even where it is wrongly allowed. */
export interface Attempt {
  readonly resource: ApiResource;
  readonly verb: string;
  readonly method: string;
  readonly path: string;
  readonly query: Query;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** The object that a request is about; the namespace counts where the resource is namespaced. */
export interface Place {
  readonly namespace: string;
  readonly name: string;
}

const requests: Readonly<Record<string, Pick<Attempt, 'method' | 'query' | 'body' | 'contentType'> & { ofAll?: boolean }>> = {
  get: { method: 'GET', query: {} },
  list: { method: 'GET', query: { limit: 1 }, ofAll: true },
  watch: { method: 'GET', query: { watch: true, timeoutSeconds: 1 }, ofAll: true },
  create: { method: 'POST', query: { dryRun: 'All' }, body: {}, ofAll: true },
  update: { method: 'PUT', query: { dryRun: 'All' }, body: {} },
  patch: { method: 'PATCH', query: { dryRun: 'All' }, body: {}, contentType: 'application/merge-patch+json' },
  delete: { method: 'DELETE', query: { dryRun: 'All' } },
  deletecollection: {
    method: 'DELETE',
    query: { dryRun: 'All', fieldSelector: 'metadata.name=nothing-has-this-name' },
    ofAll: true,
  },
};

/** Subresources that act at once, whatever is said of a dry run. Source: Kubernetes, API concepts: dry-run. */
const ACTS_AT_ONCE = ['exec', 'attach', 'portforward', 'proxy', 'token'];

export function actsAtOnce({ subresource }: ApiResource): boolean {
  return subresource !== undefined && ACTS_AT_ONCE.includes(subresource);
}

/**
 * The request that needs a verb on a resource.
 * Source: Kubernetes, Authorization: how requests become verbs.
 * @throws an Error for a verb that no request has
 */
export function attempt(resource: ApiResource, verb: string, { namespace, name }: Place): Attempt {
  const request = requests[verb];
  if (!request) throw new Error(`No request has the verb "${verb}".`);
  const { ofAll = false, ...sent } = request;
  const within = resource.namespaced ? `/namespaces/${namespace}` : '';
  const collection = `${groupPath(resource.apiVersion)}${within}/${resource.name}`;
  const { subresource } = resource;
  const path =
    subresource === undefined ? (ofAll ? collection : `${collection}/${name}`) : `${collection}/${name}/${subresource}`;
  return { ...sent, resource, verb, path };
}

/**
 * Really asks for what is to be denied.
 * @returns undefined when the API server refused because this user may not use this verb on this resource; else what it answered
 */
export async function unlessRefused(client: KubeClient, user: string, attempt: Attempt): Promise<string | undefined> {
  const { method, path, query, body, contentType } = attempt;
  const response = await client.answer<StatusBody>(method, path, {
    query,
    ...(body === undefined ? {} : { body }),
    ...(contentType === undefined ? {} : { contentType }),
  });
  const { name, subresource } = attempt.resource;
  const resource = subresource === undefined ? name : `${name}/${subresource}`;
  return isRefusal(response, { user, verb: attempt.verb, resource })
    ? undefined
    : `${method} ${path}: ${describeAnswer(response)}`;
}

/** Source: Kubernetes, Authorization: a denied request is answered with 403 and names who may not do what. */
export function isRefusal(
  { status, data }: Pick<AxiosResponse<StatusBody>, 'status' | 'data'>,
  { user, verb, resource }: { readonly user: string; readonly verb: string; readonly resource: string },
): boolean {
  return status === 403 && (data.message ?? '').includes(`User "${user}" cannot ${verb} resource "${resource}" in API group`);
}

/** A status and, of a refusal, the API server's words; never an object's content. */
export function describeAnswer({ status, data }: Pick<AxiosResponse<StatusBody | undefined>, 'status' | 'data'>): string {
  const message = data?.kind === 'Status' ? data.message : undefined;
  return message === undefined ? String(status) : `${status} ${message.slice(0, 200)}`;
}
