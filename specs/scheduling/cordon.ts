import { verify } from '../../helpers/failure.ts';
import { describePod, isReady, type Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** Deletes every pod of a node at once: without a kubelet nobody else would. */
export async function removePodsOn({ client }: RequirementContext, node: string): Promise<void> {
  const pods = await client.list<Pod>({ apiVersion: 'v1', kind: 'Pod' }, { fieldSelector: `spec.nodeName=${node}` });
  for (const pod of pods) await client.remove(pod, 0);
}

/** Cordons every node without the taint, deletes the exporter's pod, and looks where the next one runs. */
export async function restartsOnServerAlone(context: RequirementContext): Promise<void> {
  const { client, cluster, exporter, observed } = context;
  const server = await cluster.taintedNode();
  const others = (await cluster.nodes()).filter(({ metadata }) => metadata.name !== server.metadata.name);
  const cordon = async (unschedulable: boolean) => {
    for (const { metadata } of others) {
      await client.merge({ apiVersion: 'v1', kind: 'Node', name: metadata.name }, { spec: { unschedulable } });
    }
  };
  const before = await exporter.pod();
  await cordon(true);
  try {
    await client.remove(before);
    const pods = await waitFor({
      what: 'another pod of the exporter Ready',
      within: seconds(60),
      observe: () => exporter.pods(),
      until: (all) => all.some((pod) => pod.metadata.uid !== before.metadata.uid && isReady(pod)),
      describe: (all) => all.map(describePod).join('; ') || 'no pod at all',
    });
    const next = pods.find(isReady) as Pod;
    verify(next.spec.nodeName === server.metadata.name, {
      expected: `the exporter on ${server.metadata.name}`,
      actual: describePod(next),
    });
    observed(describePod(next));
  } finally {
    await cordon(false);
  }
}
