import { readyBudget } from '../../helpers/exporter/installed.ts';
import { describePod, isReady, type Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { waitFor } from '../../helpers/wait.ts';

/**
 * Deletes the exporter's pod, as an administrator would, and waits until another one is Ready in its place.
 * @returns how long that took, in milliseconds
 */
export async function replacePod(context: RequirementContext): Promise<number> {
  const [pod] = await context.exporter.pods();
  const begun = performance.now();
  if (pod) await removePod(context, pod);
  await waitFor({
    what: `another pod Ready in the place of ${pod?.metadata.name}`,
    within: readyBudget,
    observe: () => context.exporter.pods(),
    until: (pods) => pods.some((one) => isReady(one) && one.metadata.uid !== pod?.metadata.uid),
    describe: (pods) => pods.map(describePod).join('; ') || 'no pod at all',
  });
  return performance.now() - begun;
}

/** Asks for the end of a pod with the time that it has to end by itself. */
export async function removePod({ client }: RequirementContext, pod: Pod): Promise<void> {
  await client.remove(pod);
}
