import { KubeClient } from './client.ts';
import type { RawObject } from './object.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** A ServiceAccount and its permissions in the whole cluster. */
interface Account {
  readonly namespace: string;
  readonly name: string;
  /** The name of the ClusterRole and its binding, which have no namespace; default: the account's name. */
  readonly roleName?: string;
  /** The rules of the ClusterRole. */
  readonly rules: readonly object[];
}

/** The account, its ClusterRole and the binding, in an order in which they can be created. */
export function accountObjects({ namespace, name, roleName = name, rules }: Account): readonly RawObject[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } },
    { apiVersion: `${RBAC}/v1`, kind: 'ClusterRole', metadata: { name: roleName }, rules },
    {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name: roleName },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: roleName },
      subjects: [{ kind: 'ServiceAccount', namespace, name }],
    },
  ];
}

/**
 * Requests a token of a ServiceAccount that is valid for an hour, as the kubelet does for a pod.
 * Source: Kubernetes, TokenRequest API (authentication.k8s.io/v1).
 */
export async function requestToken(client: KubeClient, namespace: string, serviceAccount: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
  const { status } = await client.call<{ status: { token: string } }>('POST', path, { body });
  return status.token;
}

/** Where a ServiceAccount is. */
export interface AccountReference {
  readonly namespace: string;
  readonly name: string;
}

/** The same client, which sends a token of this account to the pods that require one; the token is requested with the first request. */
export function asScraper(client: KubeClient, { namespace, name }: AccountReference): KubeClient {
  let token: Promise<string> | undefined;
  const scraperToken = () => {
    token ??= requestToken(client, namespace, name);
    // The next request tries again.
    token.catch(() => {
      token = undefined;
    });
    return token;
  };
  return withScraperToken(client, scraperToken);
}

/** The same client, which sends the token to the pods that require one. */
export function withScraperToken(client: KubeClient, scraperToken: () => Promise<string>): KubeClient {
  return new KubeClient({ ...client.connection, scraperToken }, client.mapper, client.settings);
}
