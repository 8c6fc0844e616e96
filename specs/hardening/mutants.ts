import { container, podSpec, serviceAccount, set } from '../../helpers/suite/mutant/changes.ts';
import { type ChangeFacts, mutant } from '../../helpers/suite/mutant/mutant.ts';

const tokenDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Adds an init container that copies the token into a volume, and mounts that volume into the exporter instead of the token. */
function mountWritableToken(
  spec: Record<string, unknown> & { containers: readonly object[] },
  { workloadImage }: ChangeFacts,
): void {
  spec.volumes = [{ name: 'copy', emptyDir: {} }];
  spec.initContainers = [
    {
      name: 'copies-the-token',
      image: workloadImage,
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', '-c', `cp -L ${tokenDirectory}/* /copy/ && chmod 444 /copy/*`],
      volumeMounts: [{ name: 'copy', mountPath: '/copy' }],
    },
  ];
  const [exporter] = spec.containers;
  Object.assign(exporter ?? {}, { volumeMounts: [{ name: 'copy', mountPath: tokenDirectory }] });
}

export const hardeningMutants = [
  mutant('capabilities-are-kept', {
    sentence: 'No capability is dropped.',
    change: container(({ securityContext }) => {
      delete securityContext?.capabilities;
    }),
    fails: ['hardening/has-no-capabilities'],
  }),
  mutant('cpu-is-unlimited', {
    sentence: 'The CPU limit is removed.',
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
  mutant('limits-are-removed', {
    sentence: 'Both limits are removed.',
    change: container(({ resources }) => {
      delete resources?.limits;
    }),
    fails: ['hardening/memory-is-limited', 'hardening/cpu-is-limited'],
  }),
  mutant('memory-is-unlimited', {
    sentence: 'The memory limit is removed.',
    change: container(({ resources }) => {
      delete resources?.limits?.memory;
    }),
    fails: ['hardening/memory-is-limited'],
  }),
  mutant('capability-is-added', {
    sentence: 'A capability is added.',
    change: container(({ securityContext }) => set(securityContext?.capabilities, { add: ['NET_BIND_SERVICE'] })),
    fails: ['hardening/has-no-capabilities'],
  }),
  mutant('privileges-may-be-gained', {
    sentence: 'allowPrivilegeEscalation is not set, so that privileges may be gained.',
    change: container(({ securityContext }) => {
      delete securityContext?.allowPrivilegeEscalation;
    }),
    fails: ['hardening/gains-no-privileges'],
  }),
  mutant('requests-are-removed', {
    sentence: 'The requests are removed, so that the limits take their place.',
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
    sentence: 'The token is in a volume that the exporter may write to.',
    change: podSpec(mountWritableToken),
    fails: ['hardening/token-is-mounted'],
  }),
  mutant('token-is-mounted-by-default', {
    sentence: 'The token is mounted into every pod of the ServiceAccount.',
    change: serviceAccount((account) => {
      account.automountServiceAccountToken = true;
    }),
    fails: ['hardening/token-only-where-requested'],
  }),
];
