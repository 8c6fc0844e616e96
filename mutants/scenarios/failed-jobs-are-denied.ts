import { familyIsDenied } from '../../helpers/mutation/denied-family.ts';

export const failedJobsAreDenied = familyIsDenied('kube_job_status_failed', ['failed-job']);
