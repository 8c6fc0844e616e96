import type { ChangeFacts } from '../../helpers/suite/mutant/mutant.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Lets a container that runs before the exporter copy its token into a volume that both may write to. */
export function tokenInAWritableVolume(
  spec: Record<string, unknown> & { containers: readonly object[] },
  { workloadImage }: ChangeFacts,
): void {
  spec.volumes = [{ name: 'copy', emptyDir: {} }];
  spec.initContainers = [
    {
      name: 'copies-the-token',
      image: workloadImage,
      imagePullPolicy: 'IfNotPresent',
      command: ['sh', '-c', `cp -L ${mountPath}/* /copy/ && chmod 444 /copy/*`],
      volumeMounts: [{ name: 'copy', mountPath: '/copy' }],
    },
  ];
  const [exporter] = spec.containers;
  Object.assign(exporter ?? {}, { volumeMounts: [{ name: 'copy', mountPath }] });
}
