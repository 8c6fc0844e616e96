import { architecture } from '../../helpers/architecture.ts';
import type { Node } from '../../helpers/suite/cluster.ts';
import { podSpec, set } from '../../helpers/suite/mutant/changes.ts';
import type { Interference } from '../../helpers/suite/mutant/interference.ts';
import { type ClusterChange, mutant } from '../../helpers/suite/mutant/mutant.ts';
import { admission } from '../../helpers/suite/mutant/scrapes.ts';

/** Removes all taints from the nodes; the cleanup restores them. */
const removeTaints: ClusterChange = async ({ client }) => {
  const nodes = await client.list<Node>({ apiVersion: 'v1', kind: 'Node' });
  const tainted = nodes.filter(({ spec }) => spec.taints !== undefined);
  const setTaints = async (taintsOf: (node: Node) => unknown) => {
    for (const node of tainted) {
      await client.merge({ apiVersion: 'v1', kind: 'Node', name: node.metadata.name }, { spec: { taints: taintsOf(node) } });
    }
  };
  await setTaints(() => null);
  return () => setTaints(({ spec }) => spec.taints);
};

/** Replaces the tolerations of one control pod, as an admission webhook could. */
const admitWithTolerations = (pod: string, tolerations: readonly object[]) => (): Interference =>
  admission('pods', ({ metadata, spec }) => {
    if (metadata.name === pod) spec.tolerations = tolerations;
  });

const everything = [{ operator: 'Exists' }];

const withoutTolerations = podSpec((spec) => {
  delete spec.tolerations;
});

export const schedulingMutants = [
  mutant('toleration-is-removed-and-agents-are-cordoned', {
    sentence: 'The toleration is removed, and the agent is cordoned.',
    setting: { agents: 1 },
    change: withoutTolerations,
    byItself: 'The copy that is pinned to the tainted node would stay Pending first.',
    fails: ['scheduling/finds-the-server-when-agents-are-cordoned'],
  }),
  mutant('cluster-ignores-tolerations', {
    sentence: 'The cluster removes the toleration from a pod.',
    proxy: admitWithTolerations('tolerating', []),
    fails: ['scheduling/toleration-suffices'],
  }),
  mutant('cluster-ignores-effect-of-toleration', {
    sentence: 'The cluster treats a toleration of NoSchedule as one of every effect.',
    proxy: admitWithTolerations('no-schedule', everything),
    fails: ['scheduling/no-schedule-toleration-is-not-enough'],
  }),
  mutant('cluster-adds-tolerations', {
    sentence: 'The cluster lets a pod without a toleration tolerate everything.',
    proxy: admitWithTolerations('untolerating', everything),
    fails: ['scheduling/untolerating-pod-stays-pending'],
  }),
  mutant('cluster-avoids-agents', {
    sentence: 'The cluster does not schedule a pod to an agent although it may run on any node.',
    setting: { agents: 1 },
    proxy: () =>
      admission('pods', ({ metadata, spec }) => {
        if (metadata.name === 'free') spec.nodeSelector = { 'kubernetes.io/os': 'windows' };
      }),
    fails: ['scheduling/untolerating-pod-runs-on-an-agent'],
  }),
  mutant('node-has-no-taint', {
    sentence: 'No node has the taint.',
    cluster: removeTaints,
    fails: ['scheduling/node-is-tainted'],
  }),
  mutant('node-selector-selects-architecture', {
    sentence: 'The node selector selects the architecture instead of the operating system.',
    change: podSpec((spec) => {
      spec.nodeSelector = { 'kubernetes.io/arch': architecture };
    }),
    fails: ['scheduling/node-selector-holds'],
  }),
  mutant('node-selector-is-removed', {
    sentence: 'The node selector is removed.',
    change: podSpec((spec) => {
      delete spec.nodeSelector;
    }),
    fails: ['scheduling/node-selector-holds'],
  }),
  mutant('toleration-expires', {
    sentence: 'The toleration expires after an hour.',
    change: podSpec((spec) => set(spec.tolerations, { tolerationSeconds: 3600 })),
    fails: ['scheduling/tolerates-for-good'],
  }),
  mutant('toleration-has-another-key', {
    sentence: 'The toleration is for a key that the taint does not have.',
    change: podSpec((spec) => set(spec.tolerations, { key: 'node-role.kubernetes.io/master' })),
    fails: ['scheduling/tolerates-control-plane'],
  }),
  mutant('toleration-is-limited-to-one-key', {
    sentence: 'The toleration is only for the key of the control plane.',
    change: podSpec((spec) => set(spec.tolerations, { key: 'k3s-controlplane' })),
    fails: ['scheduling/survives-further-taint'],
  }),
  mutant('toleration-has-another-effect', {
    sentence: 'The toleration is for the effect NoSchedule.',
    change: podSpec((spec) => set(spec.tolerations, { effect: 'NoSchedule' })),
    fails: ['scheduling/tolerates-control-plane'],
    verifies: ['probes/becomes-ready'],
  }),
  mutant('toleration-is-removed-beside-agents', {
    sentence: 'The toleration is removed on a cluster where the exporter may run on another node.',
    setting: { agents: 1 },
    change: withoutTolerations,
    fails: ['scheduling/tolerates-control-plane-beside-agents'],
  }),
  mutant('toleration-is-removed', {
    sentence: 'The toleration is removed.',
    change: withoutTolerations,
    fails: ['scheduling/tolerates-control-plane'],
    verifies: ['probes/becomes-ready'],
  }),
];
