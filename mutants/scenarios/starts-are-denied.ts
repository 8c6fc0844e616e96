import { familyIsDenied } from '../../helpers/mutation/denied-family.ts';

export const startsAreDenied = familyIsDenied('kube_pod_container_state_started', ['containers-started']);
