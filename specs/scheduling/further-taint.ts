import { describePod, isReady, type Pod } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import type { Node } from '../../helpers/suite/cluster.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, stays, waitFor } from '../../helpers/wait.ts';

interface UnderTaint {
  /** Waits until the taint has driven the pod away; gives back how long it has been there by then, in milliseconds. */
  evicts(pod: Pod): Promise<number>;
  /** Holds for a while after the eviction of another one that the pod is the same, Ready, and not about to go. */
  stays(pod: Pod, evictionTook: number): Promise<void>;
}

/** Puts a NoExecute taint of its own on a pod's node while `use` runs. */
export async function withFurtherTaint(
  context: RequirementContext,
  on: Pod,
  use: (under: UnderTaint) => Promise<void>,
): Promise<void> {
  const { client, run } = context;
  const reference = { apiVersion: 'v1', kind: 'Node', name: on.spec.nodeName ?? '' };
  const key = `conformance.kube-state-metrics/further-${run.id}`;
  const setTaints = async (change: (taints: NonNullable<Node['spec']['taints']>) => Node['spec']['taints']) => {
    const { spec } = await client.get<Node>(reference);
    await client.merge(reference, { spec: { taints: change(spec.taints ?? []) } });
  };
  await setTaints((taints) => [...taints, { key, value: 'true', effect: 'NoExecute' }]);
  const begun = performance.now();
  try {
    await use({
      evicts: async (pod) => {
        await evicts(context, pod);
        return Math.round(performance.now() - begun);
      },
      stays: (pod, evictionTook) => staysOn(context, pod, Math.max(seconds(1), 2 * evictionTook)),
    });
  } finally {
    await setTaints((taints) => taints.filter((taint) => taint.key !== key));
  }
}

async function evicts({ client, observed }: RequirementContext, pod: Pod): Promise<void> {
  const { uid, name } = pod.metadata;
  await waitFor({
    what: `the control pod ${name} evicted by the further taint`,
    within: seconds(30),
    observe: () => client.find<Pod>(referenceOf(pod)),
    until: (now) => now === undefined || now.metadata.uid !== uid || now.metadata.deletionTimestamp !== undefined,
    describe: describePod,
  });
  observed(`${name} was evicted`);
}

/** The taint's eviction of one pod may come a moment after that of another, so that one look is not enough. */
async function staysOn({ client, observed }: RequirementContext, pod: Pod, during: number): Promise<void> {
  await stays({
    what: `${pod.metadata.name} Ready on ${pod.spec.nodeName} in spite of the further taint`,
    during,
    observe: () => client.find<Pod>(referenceOf(pod)),
    holds: (now) => now !== undefined && now.metadata.uid === pod.metadata.uid && isReady(now),
    describe: describePod,
  });
  observed(`${pod.metadata.name} stayed`);
}
