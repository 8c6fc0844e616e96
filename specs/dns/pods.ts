import { reachedAt } from '../../helpers/exporter/ports.ts';
import { isSecured } from '../../helpers/exporter/secured.ts';
import { isReady, type Pod } from '../../helpers/kube/pod.ts';
import { connectionOf, wget } from '../../helpers/suite/cluster.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { switchedOn, switchOff, switchProbe } from '../../helpers/suite/control-pod.ts';
import { coreDnsPod } from '../../helpers/suite/dns/lookup.ts';
import { refuseAdoption } from '../../helpers/suite/exporter-copy.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { liveService } from '../../helpers/suite/selected-pods.ts';
import { seconds } from '../../helpers/wait.ts';

/** The names of the Service in a pod of the same namespace, the shortest first. */
export function namesOfService({ target, cluster }: RequirementContext): readonly string[] {
  const { name } = target.service.metadata;
  return [name, `${name}.${target.namespace}`, `${name}.${target.namespace}.svc`, target.fqdn(cluster.domain)];
}

/** A running pod in the exporter's namespace that the Service does not select. CoreDNS is available to it. */
export async function neighbour(context: RequirementContext): Promise<Pod> {
  const { profile, scratch, target, unique } = context;
  await coreDnsPod(context);
  return scratch.running(
    await scratch.pod({ name: `neighbour-${unique}`, namespace: target.namespace, spec: tolerating(profile) }),
  );
}

/**
 * Requests the exporter's /healthz from a pod.
 * @param name the host, as one of the Service's names
 * @returns the body, `OK` for the connection to a port with TLS, or the error that the pod's shell printed
 */
export async function healthByName({ cluster, target }: RequirementContext, pod: Pod, name: string): Promise<string> {
  const { metrics } = target.ports;
  const response = await wget(cluster, pod, `http://${name}:${reachedAt(metrics)}/healthz`);
  // The shell of the pod has no TLS: that the secured port accepts its connection shows where the name leads.
  if (isSecured(target, metrics) && connectionOf(response) === 'open') return 'OK';
  return 'body' in response ? response.body.trim() : response.refusal;
}

/**
 * Creates a pod that the exporter's Service selects and whose readiness the suite controls. It has none of the Service's ports, so that
 * no scraper takes it for the exporter, and no pod-template-hash, so that no ReplicaSet adopts it.
 * @returns the pod, once it is Ready
 */
export async function switchablePod(context: RequirementContext): Promise<Pod> {
  const { profile, scratch, target, run } = context;
  refuseAdoption(target);
  const pod = await scratch.pod({
    name: `switchable-${run.id}`,
    namespace: target.namespace,
    labels: (await liveService(context)).spec.selector ?? {},
    command: switchedOn,
    spec: tolerating(profile),
    container: { readinessProbe: switchProbe },
  });
  return scratch.podUntil(pod, `${pod.metadata.name} Ready`, isReady, seconds(30));
}

/** Makes the pod's readiness probe fail and waits until the API server shows it. */
export async function makeUnready({ cluster, scratch }: RequirementContext, pod: Pod): Promise<Pod> {
  await cluster.exec(pod, switchOff);
  return scratch.podUntil(pod, `${pod.metadata.name} not Ready`, (current) => !isReady(current), seconds(15));
}
