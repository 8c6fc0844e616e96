import type { Node } from '../../helpers/suite/cluster.ts';
import type { ClusterChange } from '../../helpers/suite/mutant/mutant.ts';

/** Takes all taints from the nodes, and puts them back. */
export const taintRemoved: ClusterChange = async ({ client }) => {
  const nodes = await client.list<Node>({ apiVersion: 'v1', kind: 'Node' });
  const tainted = nodes.filter(({ spec }) => spec.taints !== undefined);
  const set = async (taintsOf: (node: Node) => unknown) => {
    for (const node of tainted) {
      await client.merge({ apiVersion: 'v1', kind: 'Node', name: node.metadata.name }, { spec: { taints: taintsOf(node) } });
    }
  };
  await set(() => null);
  return () => set(({ spec }) => spec.taints);
};
