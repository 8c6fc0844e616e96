import { container, podSpec, serviceAccount, set } from '../helpers/mutation/changes.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { tokenInAWritableVolume } from '../helpers/mutation/writable-token.ts';

export const exporterRunsAsRoot = mutant({
  sentence: 'The exporter runs as root.',
  change: container(({ securityContext }) => set(securityContext, { runAsUser: 0 })),
  fails: ['hardening/runs-as-nobody'],
});

export const exporterRunsAsAnotherUser = mutant({
  sentence: 'The exporter runs as user 1000.',
  change: container(({ securityContext }) => set(securityContext, { runAsUser: 1000 })),
  fails: ['hardening/runs-as-nobody'],
});

export const capabilitiesAreKept = mutant({
  sentence: 'No capability is dropped.',
  change: container(({ securityContext }) => {
    delete securityContext?.capabilities;
  }),
  fails: ['hardening/has-no-capabilities'],
});

export const oneCapabilityIsAdded = mutant({
  sentence: 'One capability is added.',
  change: container(({ securityContext }) => set(securityContext?.capabilities, { add: ['NET_BIND_SERVICE'] })),
  fails: ['hardening/has-no-capabilities'],
});

export const privilegesMayBeGained = mutant({
  sentence: 'Nothing forbids to gain privileges.',
  change: container(({ securityContext }) => {
    delete securityContext?.allowPrivilegeEscalation;
  }),
  fails: ['hardening/gains-no-privileges'],
});

export const rootIsWritable = mutant({
  sentence: 'The root file system is writable.',
  change: container(({ securityContext }) => {
    delete securityContext?.readOnlyRootFilesystem;
  }),
  fails: ['hardening/root-is-read-only'],
});

export const memoryIsUnlimited = mutant({
  sentence: 'The limit of memory is gone.',
  change: container(({ resources }) => {
    delete resources?.limits?.memory;
  }),
  fails: ['hardening/memory-is-limited'],
});

export const cpuIsUnlimited = mutant({
  sentence: 'The limit of CPU time is gone.',
  change: container(({ resources }) => {
    delete resources?.limits?.cpu;
  }),
  fails: ['hardening/cpu-is-limited'],
});

export const limitsAreGone = mutant({
  sentence: 'Both limits are gone.',
  change: container(({ resources }) => {
    delete resources?.limits;
  }),
  fails: ['hardening/memory-is-limited', 'hardening/cpu-is-limited'],
});

export const requestsAreGone = mutant({
  sentence: 'The requests are gone, so that they are those of the limits.',
  change: container(({ resources }) => {
    delete resources?.requests;
  }),
  fails: ['hardening/resources-are-requested'],
});

export const tokenIsInAWritableVolume = mutant({
  sentence: 'The token is copied into a volume that the exporter may write to.',
  change: podSpec(tokenInAWritableVolume),
  fails: ['hardening/token-is-mounted'],
});

export const tokenIsMountedByDefault = mutant({
  sentence: 'The token is mounted into every pod of the ServiceAccount.',
  change: serviceAccount((account) => {
    account.automountServiceAccountToken = true;
  }),
  fails: ['hardening/token-only-where-asked'],
});
