import { container, podSpec, serviceAccount, set } from '../../helpers/suite/mutant/changes.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { tokenInAWritableVolume } from './writable-token.ts';

export const hardeningMutants = [
  mutant('capabilities-are-kept', {
    sentence: 'No capability is dropped.',
    change: container(({ securityContext }) => {
      delete securityContext?.capabilities;
    }),
    fails: ['hardening/has-no-capabilities'],
  }),
  mutant('cpu-is-unlimited', {
    sentence: 'The limit of CPU time is gone.',
    change: container(({ resources }) => {
      delete resources?.limits?.cpu;
    }),
    fails: ['hardening/cpu-is-limited'],
  }),
  mutant('exporter-runs-as-another-user', {
    sentence: 'The exporter runs as user 1000.',
    change: container(({ securityContext }) => set(securityContext, { runAsUser: 1000 })),
    fails: ['hardening/runs-as-nobody'],
  }),
  mutant('exporter-runs-as-root', {
    sentence: 'The exporter runs as root.',
    change: container(({ securityContext }) => set(securityContext, { runAsUser: 0 })),
    fails: ['hardening/runs-as-nobody'],
  }),
  mutant('limits-are-gone', {
    sentence: 'Both limits are gone.',
    change: container(({ resources }) => {
      delete resources?.limits;
    }),
    fails: ['hardening/memory-is-limited', 'hardening/cpu-is-limited'],
  }),
  mutant('memory-is-unlimited', {
    sentence: 'The limit of memory is gone.',
    change: container(({ resources }) => {
      delete resources?.limits?.memory;
    }),
    fails: ['hardening/memory-is-limited'],
  }),
  mutant('one-capability-is-added', {
    sentence: 'One capability is added.',
    change: container(({ securityContext }) => set(securityContext?.capabilities, { add: ['NET_BIND_SERVICE'] })),
    fails: ['hardening/has-no-capabilities'],
  }),
  mutant('privileges-may-be-gained', {
    sentence: 'Nothing forbids to gain privileges.',
    change: container(({ securityContext }) => {
      delete securityContext?.allowPrivilegeEscalation;
    }),
    fails: ['hardening/gains-no-privileges'],
  }),
  mutant('requests-are-gone', {
    sentence: 'The requests are gone, so that they are those of the limits.',
    change: container(({ resources }) => {
      delete resources?.requests;
    }),
    fails: ['hardening/resources-are-requested'],
  }),
  mutant('root-is-writable', {
    sentence: 'The root file system is writable.',
    change: container(({ securityContext }) => {
      delete securityContext?.readOnlyRootFilesystem;
    }),
    fails: ['hardening/root-is-read-only'],
  }),
  mutant('token-is-in-a-writable-volume', {
    sentence: 'The token is copied into a volume that the exporter may write to.',
    change: podSpec(tokenInAWritableVolume),
    fails: ['hardening/token-is-mounted'],
  }),
  mutant('token-is-mounted-by-default', {
    sentence: 'The token is mounted into every pod of the ServiceAccount.',
    change: serviceAccount((account) => {
      account.automountServiceAccountToken = true;
    }),
    fails: ['hardening/token-only-where-asked'],
  }),
];
