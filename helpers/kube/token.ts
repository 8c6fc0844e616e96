import type { KubeClient } from './client.ts';

/**
 * A token of a ServiceAccount, as the kubelet would get one for a pod.
 * Source: Kubernetes, TokenRequest API (authentication.k8s.io/v1).
 */
export async function requestToken(client: KubeClient, namespace: string, serviceAccount: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${serviceAccount}/token`;
  const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } };
  const { status } = await client.call<{ status: { token: string } }>('POST', path, { body });
  return status.token;
}
