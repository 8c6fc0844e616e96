import { RequirementFailure } from '../failure.ts';
import { isReady, type Pod } from '../kube/pod.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
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
