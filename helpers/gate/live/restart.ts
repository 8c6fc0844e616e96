import { InstalledTarget } from '../../exporter/installed.ts';
import type { KubeClient } from '../../kube/client.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { RunningSide, Sides } from './readings.ts';

/** Fresh processes of both: some releases keep the headers of their first answer, and the cost of a start is one of its own. */
export async function restart(client: KubeClient, sides: Sides<RunningSide>): Promise<Sides<RunningSide>> {
  const again = async ({ target, pod }: RunningSide): Promise<RunningSide> => {
    const { uid } = pod.metadata;
    await client.remove({ ...pod, apiVersion: 'v1', kind: 'Pod' }, 0);
    const installed = new InstalledTarget(client, target);
    const fresh = await waitFor({
      what: `another pod of ${target.image} Ready`,
      within: seconds(60),
      observe: () => installed.readyPod(),
      until: ({ metadata }) => metadata.uid !== uid,
      describe: ({ metadata }) => `still ${metadata.name}`,
    });
    return { target, pod: fresh };
  };
  const [old, now] = await Promise.all([again(sides.old), again(sides.new)]);
  return { old, new: now };
}
