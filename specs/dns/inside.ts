import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { coreDnsPod } from '../../helpers/suite/dns/core-dns.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { wget } from '../../helpers/suite/wget.ts';
import { seconds } from '../../helpers/wait.ts';

/** The names by which a pod of the same namespace may call the Service, the shortest first. */
export function namesOfService({ target, cluster }: RequirementContext): readonly string[] {
  const { name } = target.service.metadata;
  return [name, `${name}.${target.namespace}`, `${name}.${target.namespace}.svc`, target.fqdn(cluster.domain)];
}

/** A pod beside the exporter that the Service does not select, once it runs and there is a DNS that it can ask. */
export async function neighbour(context: RequirementContext): Promise<Pod> {
  const { profile, scratch, target, run } = context;
  await coreDnsPod(context);
  const pod = await scratch.pod({
    name: `neighbour-${run.id}`,
    namespace: target.namespace,
    spec: tolerating(profile),
  });
  return scratch.podUntil(pod, `${pod.metadata.name} Running`, ({ status }) => status?.phase === 'Running', seconds(30));
}

/**
 * Asks the exporter by name from inside a pod.
 * @returns what the health URL says, or why nothing came, as the pod's own shell put it
 */
export async function healthByName({ cluster, target }: RequirementContext, pod: Pod, name: string): Promise<string> {
  const url = `http://${name}:${target.ports.metrics.number}/healthz`;
  const got = await wget(cluster, pod, url);
  return 'body' in got ? got.body.trim() : got.refusal;
}
