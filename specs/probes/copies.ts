import { verify } from '../../helpers/failure.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { describePod, isReady, type Pod, restarts } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { Probe } from '../../helpers/kube/workload.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { lookupA } from '../../helpers/suite/dns/lookup.ts';
import { copyOfExporter } from '../../helpers/suite/exporter-copy.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** A port that nothing listens on. A path would not do: older releases answer 200 for any. */
const closedPort = 1;

/** The manifests' own probe, asking where nobody answers, as fast as Kubernetes allows. */
function hopeless(probe: Probe | undefined): Probe {
  return {
    ...probe,
    httpGet: { ...probe?.httpGet, port: closedPort },
    initialDelaySeconds: 1,
    periodSeconds: 1,
    failureThreshold: 1,
  };
}

/** A copy of the exporter whose liveness probe cannot succeed is restarted. */
export async function restartsWithoutLiveness(context: RequirementContext): Promise<void> {
  const { scratch, target, observed } = context;
  const copy = await copyOfExporter(context, {
    name: 'not-alive',
    container: { livenessProbe: hopeless(target.probes.liveness) },
  });
  const restarted = await scratch.podUntil(copy, `${copy.metadata.name} restarted`, (pod) => restarts(pod) > 0, seconds(45));
  observed(describePod(restarted));
  await scratch.remove(copy);
}

interface EndpointSlice extends KubernetesObject {
  readonly endpoints?: readonly { readonly addresses: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[];
}

/**
 * A copy of the exporter that the Service selects and whose readiness probe cannot succeed runs, is known to the Service as not
 * ready, and has no record in DNS.
 */
export async function staysOutOfDns(context: RequirementContext): Promise<void> {
  const { client, cluster, scratch, target, observed } = context;
  const copy = await copyOfExporter(context, {
    name: 'not-ready',
    labels: target.podLabels,
    container: { readinessProbe: hopeless(target.probes.readiness) },
  });
  await probeHasFailed(context, copy);
  const placed = await scratch.podUntil(copy, `${copy.metadata.name} with an address`, hasAddress, seconds(15));
  const address = placed.status?.podIP ?? '';
  await waitFor({
    what: `the Service ${target.service.metadata.name} to know ${address} as not ready`,
    within: seconds(15),
    observe: async () => {
      const labelSelector = `kubernetes.io/service-name=${target.service.metadata.name}`;
      const of = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace: target.namespace };
      const slices = await client.list<EndpointSlice>(of, { labelSelector });
      return slices.flatMap(({ endpoints }) => endpoints ?? []).find(({ addresses }) => addresses.includes(address));
    },
    until: (endpoint) => endpoint?.conditions?.ready === false,
    describe: (endpoint) => (endpoint ? `it is ready: ${endpoint.conditions?.ready}` : 'it does not know the address'),
  });
  const answer = await lookupA(context, target.fqdn(cluster.domain));
  const now = await client.get<Pod>(referenceOf(copy));
  verify(!isReady(now) && !answer.includes(address), {
    expected: `no record for ${address}, which is not ready`,
    actual: `${answer.join(', ')}; ${describePod(now)}`,
  });
  observed(`${address} is not among ${answer.join(', ') || 'no records'}`);
  await scratch.remove(copy);
}

/** The kubelet tells a pod's address a moment later than its events. */
function hasAddress({ status }: Pod): boolean {
  return status?.podIP !== undefined;
}

/** Waits for the kubelet's word that the probe has failed: before its first look, every container is not ready. */
async function probeHasFailed({ client }: RequirementContext, pod: Pod): Promise<void> {
  const { namespace = 'default', name } = pod.metadata;
  await waitFor({
    what: `the kubelet's event that the readiness probe of ${name} has failed`,
    within: seconds(45),
    observe: () =>
      client.list<Event>({ apiVersion: 'v1', kind: 'Event', namespace }, { fieldSelector: `involvedObject.name=${name}` }),
    until: (events) => events.some(({ reason, message = '' }) => reason === 'Unhealthy' && message.startsWith('Readiness')),
    describe: (events) => events.map(({ reason, message }) => `${reason}: ${message}`).join('; ') || 'no event',
  });
}

interface Event extends KubernetesObject {
  readonly reason?: string;
  readonly message?: string;
}
