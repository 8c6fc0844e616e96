import { KubeClient } from './client.ts';
import { connect } from './connection.ts';
import { discover } from './discovery.ts';
import { ResourceMapper } from './reference.ts';

/**
 * Connects to an API server and learns what it serves.
 * @param signal ends that; the client itself goes on, as what was created must be removed with it
 * @throws UsageError for a kubeconfig or context that does not exist, InfrastructureError when nobody answers, and the signal's reason
 */
export async function openCluster(kubeconfig: string, context?: string, signal?: AbortSignal): Promise<KubeClient> {
  const connection = await connect(kubeconfig, context, signal ? { signal } : {});
  const client = new KubeClient(connection, new ResourceMapper([]));
  const { resources, unavailable } = await discover(signal ? client.endingWith(signal) : client);
  return new KubeClient(connection, new ResourceMapper(resources, unavailable));
}

/**
 * The same for who changes nothing.
 * @param signal ends everything that the client does
 */
export async function openToRead(kubeconfig: string, context: string | undefined, signal: AbortSignal): Promise<KubeClient> {
  return (await openCluster(kubeconfig, context, signal)).endingWith(signal).readOnly();
}

/** The warnings on groups that do not answer, a sentence each. */
export function unavailableGroups({ mapper }: Pick<KubeClient, 'mapper'>): readonly string[] {
  return mapper.unavailable.map(
    (apiVersion) => `The API server has no answer for ${apiVersion}, whose own server fails; what is in it is not looked at.`,
  );
}

/** The API server's release: `v1.24.17`. */
export async function serverVersion(client: KubeClient): Promise<string> {
  const { gitVersion } = await client.call<{ gitVersion: string }>('GET', '/version');
  return gitVersion;
}
