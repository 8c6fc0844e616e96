import type { Profile, Promises } from '../../helpers/exporter/profile.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { Labels } from '../../helpers/kube/workload.ts';

/** @throws an Error when the profile promises none; a requirement that asks has the wrong feature */
export function promisedResources({ name, promises }: Profile): NonNullable<Promises['resources']> {
  if (promises.resources) return promises.resources;
  throw new Error(`The profile ${name} promises no resources; a requirement that asks for them has the wrong feature.`);
}

/** What the scheduler counts for a container: its requests with the API server's defaults. */
export function requestsOf(pod: Pod, container: string): Labels {
  return pod.spec.containers.find(({ name }) => name === container)?.resources?.requests ?? {};
}
