import { familyIsDenied } from '../../helpers/mutation/denied-family.ts';

export const podPhasesAreDenied = familyIsDenied('kube_pod_status_phase', ['pod-not-running', 'memory-of-running-pods']);
