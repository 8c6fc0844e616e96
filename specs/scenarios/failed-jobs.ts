import type { Job } from '../../helpers/catalogue/resources/batch.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { formatReference, referenceOf } from '../../helpers/kube/reference.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { type Row, rowOf } from './comparison.ts';
import { createJob } from './environment.ts';
import { alert } from './rule-check.ts';

/**
 * Jobs that the API calls failed. Whether a Job that is retried, or that failed for another reason than its pods, has a sample depends
 * on the release.
 */
export const jobFailed = alert('JobFailed', ['namespace', 'job_name'], async ({ client }) => {
  const jobs = await client.list<Job>({ apiVersion: 'batch/v1', kind: 'Job' });
  const withFailedPods = jobs.filter(({ status }) => (status?.failed ?? 0) > 0);
  const failed = withFailedPods.filter((job) => trueCondition(job, 'Failed')?.reason === 'BackoffLimitExceeded');
  return { required: failed.map(rowOfJob), optional: withFailedPods.map(rowOfJob) };
});

export function rowOfJob({ metadata: { namespace = '', name } }: KubernetesObject): Row {
  return rowOf({ namespace, job_name: name });
}

/** Waits until the Job has failed. */
export async function untilFailed(context: RequirementContext, job: KubernetesObject): Promise<void> {
  await untilCondition(context, job, 'Failed');
}

/** Replaces the Job by one of the same name that succeeds, and waits until it is complete. */
export async function replaceWithSucceeding(context: RequirementContext, job: KubernetesObject): Promise<void> {
  await context.scratch.remove(job);
  await untilCondition(context, await createJob(context, 'true'), 'Complete');
}

async function untilCondition({ client }: RequirementContext, job: KubernetesObject, type: string): Promise<void> {
  await waitFor({
    what: `${formatReference(referenceOf(job))} ${type}`,
    within: seconds(40),
    observe: () => client.get<Job>(referenceOf(job)),
    until: (current) => trueCondition(current, type) !== undefined,
    describe: ({ status }) => JSON.stringify(status ?? 'no status'),
  });
}

function trueCondition({ status }: Job, type: string) {
  return status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
}
