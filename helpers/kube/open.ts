import { KubeClient } from './client.ts';
import { connect } from './connection.ts';
import { discover } from './discovery.ts';
import { ResourceMapper } from './reference.ts';

/**
 * Connects to an API server and discovers its resources.
 * @param signal aborts both; it does not abort later requests of the client, which also removes what a run created
 * @throws UsageError for a kubeconfig or context that does not exist, InfrastructureError without a response, and the signal's reason
 */
export async function openCluster(kubeconfig: string, context?: string, signal?: AbortSignal): Promise<KubeClient> {
  const connection = await connect(kubeconfig, context, signal ? { signal } : {});
  const client = new KubeClient(connection, new ResourceMapper([]));
  const { resources, unavailable } = await discover(signal ? client.withSignal(signal) : client);
  return new KubeClient(connection, new ResourceMapper(resources, unavailable));
}

/**
 * The same with a read-only client.
 * @param signal aborts every request of the client
 */
export async function openReadOnly(kubeconfig: string, context: string | undefined, signal: AbortSignal): Promise<KubeClient> {
  return (await openCluster(kubeconfig, context, signal)).withSignal(signal).readOnly();
}

/** A warning for each group whose server does not respond, with the reason. */
export function unavailableGroups({ mapper }: Pick<KubeClient, 'mapper'>): readonly string[] {
  return mapper.unavailable.map(
    ({ apiVersion, reason }) => `The aggregated API ${apiVersion} is unavailable; its resources are not verified (${reason}).`,
  );
}

/** The API server's release: `v1.24.17`. */
export async function serverVersion(client: KubeClient): Promise<string> {
  const { gitVersion } = await client.call<{ gitVersion: string }>('GET', '/version');
  return gitVersion;
}
