import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import { verify } from '../../helpers/failure.ts';
import { describePod, type Pod, restarts } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** How long a scrape may take while others go wrong, in milliseconds: half of Prometheus' own default of 10 s. */
const promptly = seconds(5);

/**
 * Waits until the exporter's pod answers a scrape whole, and sees that it has not been restarted meanwhile.
 * @param before the pod as it was before what might have harmed it
 * @returns how long the answer took, in milliseconds
 */
export async function answersUnharmed({ client, target }: RequirementContext, before: Pod): Promise<number> {
  const begun = performance.now();
  await waitFor({
    what: `${before.metadata.name} to answer a scrape`,
    within: promptly,
    observe: () => getFromPod(client, before, target.ports.metrics.number, '/metrics', { Accept: accept.text }),
    until: ({ status, body }) => status === 200 && body.endsWith('\n'),
    describe: ({ status, body }) => `${status}: ${body.slice(0, 200)}`,
  });
  const delay = performance.now() - begun;
  const after = await client.find<Pod>(referenceOf(before));
  verify(after !== undefined && after.metadata.uid === before.metadata.uid && restarts(after) === restarts(before), {
    expected: `${before.metadata.name} running on as before`,
    actual: describePod(after),
  });
  return delay;
}
