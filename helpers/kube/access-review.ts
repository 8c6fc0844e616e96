import pMap from 'p-map';
import type { KubeClient } from './client.ts';
import type { PolicyRules, ScopedPermission } from './permission.ts';

/** The maximum number of concurrent requests for one account. */
export const requestsInFlight = 12;

/**
 * Reviews permissions of the client's own user, one SelfSubjectAccessReview each.
 * @returns the permissions that are allowed, in their order
 */
export async function allowedPermissions<P extends ScopedPermission>(
  client: KubeClient,
  permissions: readonly P[],
): Promise<readonly P[]> {
  const allowed = await pMap(permissions, (permission) => isAllowed(client, permission), { concurrency: requestsInFlight });
  return permissions.filter((_, index) => allowed[index]);
}

async function isAllowed(client: KubeClient, permission: ScopedPermission): Promise<boolean> {
  const { verb, group, resource, subresource, namespace } = permission;
  return allowsAccess(client, { resourceAttributes: { verb, group, resource, subresource, namespace } });
}

/** The subject of a SelfSubjectAccessReview: a resource or a path. Source: Kubernetes, API reference: SelfSubjectAccessReview. */
export type Access =
  | { readonly resourceAttributes: { readonly verb: string; readonly [attribute: string]: string | undefined } }
  | { readonly nonResourceAttributes: { readonly path: string; readonly verb: string } };

/** Whether the client's own user has an access, from a SelfSubjectAccessReview. */
export async function allowsAccess(client: KubeClient, access: Access): Promise<boolean> {
  return (await review<{ allowed: boolean }>(client, 'SelfSubjectAccessReview', access)).status.allowed;
}

/** The rules of the client's own user in a namespace, from a SelfSubjectRulesReview; the API server may omit some. */
export async function rulesIn(client: KubeClient, namespace: string): Promise<PolicyRules> {
  const { status } = await review<PolicyRules>(client, 'SelfSubjectRulesReview', { namespace });
  return status;
}

async function review<Status>(client: KubeClient, kind: string, spec: unknown): Promise<{ readonly status: Status }> {
  const apiVersion = 'authorization.k8s.io/v1';
  const path = client.mapper.collection({ apiVersion, kind });
  return client.call('POST', path, { body: { apiVersion, kind, spec } });
}
