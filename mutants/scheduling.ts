import { podSpec, set } from '../helpers/mutation/changes.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { admission, type Loose } from '../helpers/mutation/scrapes.ts';
import { taintRemoved } from '../helpers/mutation/taint-removed.ts';

export const nodeHasNoTaint = mutant({
  sentence: 'No node carries the taint.',
  cluster: taintRemoved,
  fails: ['scheduling/node-is-tainted'],
});

export const tolerationIsRemoved = mutant({
  sentence: 'The toleration is removed.',
  change: podSpec((spec) => {
    delete spec.tolerations;
  }),
  fails: ['scheduling/tolerates-control-plane'],
  verifies: ['probes/becomes-ready'],
});

export const tolerationIsOfTheWrongEffect = mutant({
  sentence: 'The toleration is of the effect NoSchedule.',
  change: podSpec((spec) => set(spec.tolerations, { effect: 'NoSchedule' })),
  fails: ['scheduling/tolerates-control-plane'],
  verifies: ['probes/becomes-ready'],
});

export const tolerationIsOfAnotherKey = mutant({
  sentence: 'The toleration is for a key that the taint does not have.',
  change: podSpec((spec) => set(spec.tolerations, { key: 'node-role.kubernetes.io/master' })),
  fails: ['scheduling/tolerates-control-plane'],
});

export const tolerationIsOfOneKeyAlone = mutant({
  sentence: 'The toleration is for the key of the control plane alone.',
  change: podSpec((spec) => set(spec.tolerations, { key: 'k3s-controlplane' })),
  fails: ['scheduling/survives-further-taint'],
});

export const nodeSelectorIsRemoved = mutant({
  sentence: 'The node selector is removed.',
  change: podSpec((spec) => {
    delete spec.nodeSelector;
  }),
  fails: ['scheduling/node-selector-holds'],
});

const setting = { agents: 1 };

export const tolerationIsRemovedBesideAgents = mutant({
  sentence: 'The toleration is removed where another node would take the exporter.',
  setting,
  change: podSpec((spec) => {
    delete spec.tolerations;
  }),
  fails: ['scheduling/tolerates-control-plane-beside-agents'],
});

export const agentIsTheOnlyWayOut = mutant({
  sentence: 'The toleration is removed, and the agent is cordoned.',
  setting,
  change: podSpec((spec) => {
    delete spec.tolerations;
  }),
  byItself: 'The copy that only the tainted node may take stays Pending first.',
  fails: ['scheduling/finds-the-server-when-agents-are-cordoned'],
});

export const nobodyIsPlacedOnAnAgent = mutant({
  sentence: 'The cluster places a pod that is free to run anywhere on no agent.',
  setting,
  proxy: () =>
    admission('pods', ({ metadata, spec }) => {
      if (metadata.name === 'free') spec.nodeSelector = { 'kubernetes.io/os': 'windows' };
    }),
  fails: ['scheduling/untolerating-pod-runs-on-an-agent'],
});

/** As an admission webhook could: gives one of the control pods other tolerations. */
const tolerationsOf = (pod: string, tolerations: readonly unknown[]) => () =>
  admission('pods', (object: Loose) => {
    if (object.metadata.name === pod) object.spec.tolerations = tolerations;
  });
const everything = [{ operator: 'Exists' }];

export const clusterTolerates = mutant({
  sentence: 'The cluster lets a pod without a toleration tolerate everything.',
  proxy: tolerationsOf('untolerating', everything),
  fails: ['scheduling/untolerating-pod-stays-pending'],
});

export const clusterTakesNoScheduleForAll = mutant({
  sentence: 'The cluster takes the toleration of NoSchedule for one of every effect.',
  proxy: tolerationsOf('no-schedule', everything),
  fails: ['scheduling/no-schedule-toleration-is-not-enough'],
});

export const clusterIgnoresTolerations = mutant({
  sentence: 'The cluster takes a toleration away from a pod.',
  proxy: tolerationsOf('tolerating', []),
  fails: ['scheduling/toleration-alone-places'],
});
