import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { formatReference, referenceOf } from '../../helpers/kube/reference.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { jobOf } from './cast.ts';
import { alert } from './claims.ts';
import type { Reading } from './faults.ts';
import { type Row, rowOf } from './row.ts';

interface Job extends KubernetesObject {
  readonly status?: {
    readonly failed?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly reason?: string }[];
  };
}

/** How long a Job may take from its making to its end, and how long its pods may. */
const budget = seconds(40);

export const jobFailed = alert('JobFailed', ['namespace', 'job_name'], failedJobs);

export function rowOfJob({ metadata: { namespace = '', name } }: KubernetesObject): Row {
  return rowOf({ namespace, job_name: name });
}

/** Waits until the API says that the Job has failed. */
export async function fails(context: RequirementContext, job: KubernetesObject): Promise<void> {
  await comesTo(context, job, 'Failed');
}

/** Makes another Job of the same name, as one does once the fault is mended, and waits until it is complete. */
export async function repeated(context: RequirementContext, job: KubernetesObject): Promise<void> {
  await context.scratch.remove(job);
  await comesTo(context, await context.scratch.create(await jobOf(context, 'true')), 'Complete');
}

/** Jobs that the API calls failed. One that goes on trying, and one that failed for a reason of its own, is told or not by release. */
async function failedJobs({ client }: RequirementContext): Promise<Reading> {
  const jobs = await client.list<Job>({ apiVersion: 'batch/v1', kind: 'Job' });
  const withFailedPods = jobs.filter(({ status }) => (status?.failed ?? 0) > 0);
  const must = withFailedPods.filter((job) => conditionOf(job, 'Failed')?.reason === 'BackoffLimitExceeded');
  return { must: must.map(rowOfJob), may: withFailedPods.map(rowOfJob) };
}

async function comesTo({ client }: RequirementContext, job: KubernetesObject, type: string): Promise<void> {
  await waitFor({
    what: `${formatReference(referenceOf(job))} ${type}`,
    within: budget,
    observe: () => client.get<Job>(referenceOf(job)),
    until: (now) => conditionOf(now, type) !== undefined,
    describe: ({ status }) => JSON.stringify(status ?? 'no status'),
  });
}

function conditionOf({ status }: Job, type: string) {
  return status?.conditions?.find((one) => one.type === type && one.status === 'True');
}
