/**
 * The security contexts of a pod and of each of its containers at the restricted level.
 * Source: Kubernetes, Pod Security Standards: Restricted.
 */
export const restricted = {
  pod: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: 'RuntimeDefault' } },
  container: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
} as const;
