import { readExposition } from '../../helpers/exposition/read.ts';
import { RequirementFailure } from '../../helpers/failure.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { wget } from '../../helpers/suite/cluster.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds } from '../../helpers/wait.ts';
import { discoveredPort, urlOf } from './discovery.ts';

/**
 * Scrapes a port of the exporter as Prometheus would: in a pod of another namespace, at an address from discovery.
 * @returns the families of the answer, and the URL that gave it
 * @throws RequirementFailure with the pod's own words when nothing came
 */
export async function familiesInTheCluster(
  context: RequirementContext,
  purpose: 'metrics' | 'telemetry',
): Promise<{ readonly url: string; readonly families: ReadonlySet<string> }> {
  const url = urlOf(await discoveredPort(context, purpose), '/metrics');
  const pod = await consumer(context, purpose);
  const got = await wget(context.cluster, pod, url);
  if (!('body' in got)) throw new RequirementFailure(`an answer of ${url} in a pod of another namespace`, got.refusal);
  const { exposition } = await readExposition(got.body, { format: 'text' });
  return { url, families: new Set(exposition.families.keys()) };
}

async function consumer({ profile, scratch, run }: RequirementContext, purpose: string): Promise<Pod> {
  const pod = await scratch.pod({ name: `consumer-of-${purpose}-${run.id}`, spec: tolerating(profile) });
  return scratch.podUntil(pod, `${pod.metadata.name} Running`, ({ status }) => status?.phase === 'Running', seconds(30));
}
