import { verify } from '../../helpers/failure.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { describePod, isReady, type Pod, restarts } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { Probe } from '../../helpers/kube/workload.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { coreDnsPod, lookupA } from '../../helpers/suite/dns/lookup.ts';
import { copyOfExporter, refuseAdoption } from '../../helpers/suite/exporter-copy.ts';
import { slicesOf } from '../../helpers/suite/selected-pods.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** A port on which nothing listens. A wrong path would not fail: older releases answer every path with 200. */
const closedPort = 1;

/** The probe of the manifests, sent to a closed port, and as frequent as Kubernetes allows. */
function failing(probe: Probe | undefined): Probe {
  return {
    ...probe,
    httpGet: { ...probe?.httpGet, port: closedPort },
    initialDelaySeconds: 1,
    periodSeconds: 1,
    failureThreshold: 1,
  };
}

/** Verifies that the kubelet restarts a copy of the exporter whose liveness probe always fails. */
export async function restartsOnFailingLiveness(context: RequirementContext): Promise<void> {
  const { scratch, target, observed } = context;
  const copy = await copyOfExporter(context, {
    name: 'not-alive',
    container: { livenessProbe: failing(target.probes.liveness) },
  });
  const restarted = await scratch.podUntil(copy, `${copy.metadata.name} restarted`, (pod) => restarts(pod) > 0, seconds(45));
  observed(describePod(restarted));
  await scratch.remove(copy);
}

/**
 * Verifies that a copy of the exporter which the Service selects, and whose readiness probe always fails, is not ready in the Service's
 * EndpointSlices and has no record in DNS.
 */
export async function staysOutOfDns(context: RequirementContext): Promise<void> {
  const { client, cluster, scratch, target, observed } = context;
  refuseAdoption(target);
  // A scrape job of the Service's endpoints takes the copy for the exporter, which doubles every series: it must not wait for DNS.
  await coreDnsPod(context);
  const copy = await copyOfExporter(context, {
    name: 'not-ready',
    labels: target.podLabels,
    container: { readinessProbe: failing(target.probes.readiness) },
  });
  await readinessHasFailed(context, copy);
  // The kubelet reports a pod's address later than its events.
  const placed = await scratch.podUntil(
    copy,
    `${copy.metadata.name} with an address`,
    ({ status }) => status?.podIP !== undefined,
    seconds(15),
  );
  const address = placed.status?.podIP ?? '';
  await waitFor({
    what: `${address} not ready in the EndpointSlices of ${target.service.metadata.name}`,
    within: seconds(15),
    observe: async () => {
      const slices = await slicesOf(client, target.namespace, target.service.metadata.name);
      return slices.flatMap(({ endpoints }) => endpoints ?? []).find(({ addresses }) => addresses?.includes(address));
    },
    until: (endpoint) => endpoint?.conditions?.ready === false,
    describe: (endpoint) => (endpoint ? `ready: ${endpoint.conditions?.ready}` : 'no endpoint with this address'),
  });
  const records = await lookupA(context, target.fqdn(cluster.domain));
  const pod = await client.get<Pod>(referenceOf(copy));
  verify(!isReady(pod) && !records.includes(address), {
    expected: `no record for ${address}, which is not ready`,
    actual: `${records.join(', ')}; ${describePod(pod)}`,
  });
  observed(`${address} is not among ${records.join(', ') || 'no records'}`);
  await scratch.remove(copy);
}

/** Waits for the kubelet's event: before the first probe every container is not ready as well, which would prove nothing. */
async function readinessHasFailed({ client }: RequirementContext, pod: Pod): Promise<void> {
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
