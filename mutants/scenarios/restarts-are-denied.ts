import { familyIsDenied } from '../../helpers/mutation/denied-family.ts';

export const restartsAreDenied = familyIsDenied('kube_pod_container_status_restarts_total', ['container-restarts']);
