import { familyIsDenied } from '../../helpers/mutation/denied-family.ts';

export const requestsAreDenied = familyIsDenied('kube_pod_container_resource_requests', ['memory-of-running-pods']);
