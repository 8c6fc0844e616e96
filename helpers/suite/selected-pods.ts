import { RequirementFailure } from '../failure.ts';
import type { KubeClient } from '../kube/client.ts';
import { isReady, type Pod } from '../kube/pod.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import type { EndpointSlice } from '../kube/types.ts';
import type { Service } from '../kube/workload.ts';
import type { RequirementContext } from './context.ts';

type Context = Pick<RequirementContext, 'client' | 'target'>;

/**
 * The exporter's Service as the API server has it.
 * @throws RequirementFailure when there is none
 */
export async function liveService({ client, target }: Context): Promise<Service> {
  const reference = referenceOf(target.service);
  const service = await client.find<Service>(reference);
  if (service === undefined)
    throw new RequirementFailure(`the ${formatReference(reference)} of the manifests`, 'it does not exist');
  return service;
}

/** All EndpointSlices of a Service. Source: Kubernetes, EndpointSlices: the label kubernetes.io/service-name. */
export async function slicesOf(client: KubeClient, namespace: string, service: string): Promise<readonly EndpointSlice[]> {
  return client.list<EndpointSlice>(
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace },
    { labelSelector: `kubernetes.io/service-name=${service}` },
  );
}

/** The addresses of the Ready pods that the Service selects, sorted. */
export async function readyAddresses(context: Context): Promise<readonly string[]> {
  const { client, target } = context;
  const selector = Object.entries((await liveService(context)).spec.selector ?? {});
  if (selector.length === 0) return [];
  const labelSelector = selector.map(([label, value]) => `${label}=${value}`).join(',');
  const pods = await client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: target.namespace }, { labelSelector });
  return pods
    .filter(isReady)
    .flatMap(({ status }) => (status?.podIP === undefined ? [] : [status.podIP]))
    .sort();
}
