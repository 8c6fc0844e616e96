import { architecture } from '../../helpers/architecture.ts';
import { podSpec, set } from '../../helpers/suite/mutant/changes.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { admission } from '../../helpers/suite/mutant/scrapes.ts';
import { taintRemoved } from './taint-removed.ts';
import { everything, tolerationsOf } from './tolerations-of.ts';

export const schedulingMutants = [
  mutant('agent-is-the-only-way-out', {
    sentence: 'The toleration is removed, and the agent is cordoned.',
    setting: { agents: 1 },
    change: podSpec((spec) => {
      delete spec.tolerations;
    }),
    byItself: 'The copy that only the tainted node may take stays Pending first.',
    fails: ['scheduling/finds-the-server-when-agents-are-cordoned'],
  }),
  mutant('cluster-ignores-tolerations', {
    sentence: 'The cluster takes a toleration away from a pod.',
    proxy: tolerationsOf('tolerating', []),
    fails: ['scheduling/toleration-alone-places'],
  }),
  mutant('cluster-takes-no-schedule-for-all', {
    sentence: 'The cluster takes the toleration of NoSchedule for one of every effect.',
    proxy: tolerationsOf('no-schedule', everything),
    fails: ['scheduling/no-schedule-toleration-is-not-enough'],
  }),
  mutant('cluster-tolerates', {
    sentence: 'The cluster lets a pod without a toleration tolerate everything.',
    proxy: tolerationsOf('untolerating', everything),
    fails: ['scheduling/untolerating-pod-stays-pending'],
  }),
  mutant('nobody-is-placed-on-an-agent', {
    sentence: 'The cluster places a pod that is free to run anywhere on no agent.',
    setting: { agents: 1 },
    proxy: () =>
      admission('pods', ({ metadata, spec }) => {
        if (metadata.name === 'free') spec.nodeSelector = { 'kubernetes.io/os': 'windows' };
      }),
    fails: ['scheduling/untolerating-pod-runs-on-an-agent'],
  }),
  mutant('node-has-no-taint', {
    sentence: 'No node carries the taint.',
    cluster: taintRemoved,
    fails: ['scheduling/node-is-tainted'],
  }),
  mutant('node-selector-is-of-the-architecture', {
    sentence: 'The node selector asks for the architecture instead of the operating system.',
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
  mutant('toleration-ends', {
    sentence: 'The toleration ends after an hour.',
    change: podSpec((spec) => set(spec.tolerations, { tolerationSeconds: 3600 })),
    fails: ['scheduling/tolerates-for-good'],
  }),
  mutant('toleration-is-of-another-key', {
    sentence: 'The toleration is for a key that the taint does not have.',
    change: podSpec((spec) => set(spec.tolerations, { key: 'node-role.kubernetes.io/master' })),
    fails: ['scheduling/tolerates-control-plane'],
  }),
  mutant('toleration-is-of-one-key-alone', {
    sentence: 'The toleration is for the key of the control plane alone.',
    change: podSpec((spec) => set(spec.tolerations, { key: 'k3s-controlplane' })),
    fails: ['scheduling/survives-further-taint'],
  }),
  mutant('toleration-is-of-the-wrong-effect', {
    sentence: 'The toleration is of the effect NoSchedule.',
    change: podSpec((spec) => set(spec.tolerations, { effect: 'NoSchedule' })),
    fails: ['scheduling/tolerates-control-plane'],
    verifies: ['probes/becomes-ready'],
  }),
  mutant('toleration-is-removed-beside-agents', {
    sentence: 'The toleration is removed where another node would take the exporter.',
    setting: { agents: 1 },
    change: podSpec((spec) => {
      delete spec.tolerations;
    }),
    fails: ['scheduling/tolerates-control-plane-beside-agents'],
  }),
  mutant('toleration-is-removed', {
    sentence: 'The toleration is removed.',
    change: podSpec((spec) => {
      delete spec.tolerations;
    }),
    fails: ['scheduling/tolerates-control-plane'],
    verifies: ['probes/becomes-ready'],
  }),
];
