import type { Query } from '../kube/client.ts';
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
