import { KubeClient } from './client.ts';
import { connect } from './connection.ts';
import { discover } from './discovery.ts';
import { ResourceMapper } from './reference.ts';

/**
 * Connects to an API server and learns what it serves.
 * @throws UsageError for a kubeconfig or context that does not exist, InfrastructureError when nobody answers
 */
export async function openCluster(kubeconfig: string, context?: string): Promise<KubeClient> {
  const connection = await connect(kubeconfig, context);
  const resources = await discover(new KubeClient(connection, new ResourceMapper([])));
  return new KubeClient(connection, new ResourceMapper(resources));
}

/** The API server's release: `v1.24.17`. */
export async function serverVersion(client: KubeClient): Promise<string> {
  const { gitVersion } = await client.call<{ gitVersion: string }>('GET', '/version');
  return gitVersion;
}
