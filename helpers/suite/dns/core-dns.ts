import { coreDnsToleration, waitForCoreDns } from '../../cluster/ready.ts';
import { InfrastructureError } from '../../errors.ts';
import { describePod, isReady, type Pod } from '../../kube/pod.ts';
import type { Service } from '../../kube/workload.ts';
import { NotObserved, seconds, waitFor } from '../../wait.ts';
import type { RequirementContext } from '../context.ts';

/** The name under which every distribution keeps the cluster's DNS, whatever serves it. */
const service = { apiVersion: 'v1', kind: 'Service', namespace: 'kube-system', name: 'kube-dns' };

export interface DnsPod {
  readonly namespace: string;
  readonly name: string;
  /** Where it answers over TCP. */
  readonly port: number;
}

/** What of a requirement's context is needed to reach the cluster's DNS. */
export type DnsContext = Pick<RequirementContext, 'client' | 'run' | 'profile'>;

/** On a cluster that was just booted, it is what becomes Ready last. */
const readyBudget = seconds(90);

/**
 * A Ready pod behind the cluster's DNS service, once there is one.
 * @throws InfrastructureError when there is none: no requirement on names can be judged without it
 */
export async function coreDnsPod({ client, run, profile }: DnsContext): Promise<DnsPod> {
  if (run.clusterKind !== 'kubeconfig') await waitForCoreDns(client, coreDnsToleration(profile.cluster.taint));
  const { spec } = await client.get<Service>(service);
  const { namespace } = service;
  const labelSelector = Object.entries(spec.selector ?? {}).map(([label, value]) => `${label}=${value}`);
  const pods = () => client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace }, { labelSelector: labelSelector.join(',') });
  const ready = await readyAmong(pods);
  return { namespace, name: ready.metadata.name, port: tcpPort(spec.ports ?? [], ready) };
}

async function readyAmong(pods: () => Promise<readonly Pod[]>): Promise<Pod> {
  try {
    const found = await waitFor({
      what: "a pod of the cluster's DNS Ready",
      within: readyBudget,
      observe: pods,
      until: (all) => all.some(isReady),
      describe: (all) => all.map(describePod).join('; ') || 'there is none',
    });
    return found.find(isReady) as Pod;
  } catch (error) {
    if (!(error instanceof NotObserved)) throw error;
    throw new InfrastructureError(`No pod of the cluster's DNS is Ready: ${error.actual}.`);
  }
}

function tcpPort(ports: NonNullable<Service['spec']['ports']>, pod: Pod): number {
  const target = ports.find(({ name }) => name === 'dns-tcp')?.targetPort ?? 53;
  if (typeof target === 'number') return target;
  const declared = pod.spec.containers.flatMap((container) => container.ports ?? []).find(({ name }) => name === target);
  return declared?.containerPort ?? 53;
}
