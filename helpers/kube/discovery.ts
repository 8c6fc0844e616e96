import type { KubeClient } from './client.ts';
import { groupPath } from './reference.ts';

/** One resource or subresource that the API server serves. */
export interface ApiResource {
  /** `apps/v1` */
  readonly apiVersion: string;
  /** '' for the core group */
  readonly group: string;
  /** `deployments` */
  readonly name: string;
  /** `status` of `deployments/status` */
  readonly subresource?: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

interface ResourceList {
  readonly resources: readonly { name: string; kind: string; namespaced: boolean; verbs: readonly string[] }[];
}

interface GroupList {
  readonly groups: readonly { name: string; versions: readonly { groupVersion: string }[] }[];
}

/**
 * Everything that the API server serves: every resource and subresource of every version of every group.
 * A group whose own server does not answer (503 of an aggregated API) is an error: a part would look like the whole.
 */
export async function discover(client: Pick<KubeClient, 'call'>): Promise<readonly ApiResource[]> {
  const { groups } = await client.call<GroupList>('GET', '/apis');
  const apiVersions = ['v1', ...groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => groupVersion))];
  const lists = await Promise.all(apiVersions.map((apiVersion) => client.call<ResourceList>('GET', groupPath(apiVersion))));
  return lists.flatMap((list, index) => list.resources.map((resource) => apiResource(apiVersions[index] ?? 'v1', resource)));
}

function apiResource(apiVersion: string, { name, kind, namespaced, verbs }: ResourceList['resources'][number]): ApiResource {
  const [resource = name, subresource] = name.split('/');
  const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
  const whole = { apiVersion, group, name: resource, kind, namespaced, verbs };
  return subresource === undefined ? whole : { ...whole, subresource };
}
