import { familyIsDenied } from '../../helpers/mutation/denied-family.ts';

export const nodeConditionsAreDenied = familyIsDenied('kube_node_status_condition', ['node-not-ready']);
