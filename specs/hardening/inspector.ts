import { inspectionScript } from '../../helpers/exporter/inspection-script.ts';

/**
 * Reads the process of any user with any capabilities: a container that lacks its hardening must be judged, not be out of reach.
 * Of root it has nothing but that; sharing the process namespace, the exporter's process is its process 1. No other container of the
 * suite does without what the restricted Pod Security level demands.
 */
export function inspector(name: string, target: string, image: string) {
  return {
    name,
    image,
    imagePullPolicy: 'IfNotPresent',
    targetContainerName: target,
    command: ['sh', '-c', inspectionScript, 'sh', '/proc'],
    securityContext: {
      runAsUser: 0,
      runAsGroup: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['SYS_PTRACE', 'DAC_READ_SEARCH'] },
    },
  } as const;
}
