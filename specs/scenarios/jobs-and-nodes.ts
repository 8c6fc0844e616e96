import type { Job } from '../../helpers/catalogue/resources/batch.ts';
import type { KubernetesObject, RawObject } from '../../helpers/kube/object.ts';
import { formatReference, referenceOf } from '../../helpers/kube/reference.ts';
import type { Node } from '../../helpers/kube/types.ts';
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

export const nodeNotReady = alert('NodeNotReady', ['node', 'status'], async ({ client }) => ({
  required: (await client.list<Node>({ apiVersion: 'v1', kind: 'Node' })).flatMap((node) =>
    (node.status?.conditions ?? [])
      .filter(({ type, status }) => type === 'Ready' && status !== 'True')
      .map(({ status = '' }) => rowOfNode(node, status.toLowerCase())),
  ),
}));

/** @param status of the condition Ready, as in a label: `false` */
export function rowOfNode({ metadata }: KubernetesObject, status = 'false'): Row {
  return rowOf({ node: metadata.name, status });
}

/**
 * Creates a Node object without a kubelet that is not ready. It is unschedulable and in a zone of its own, so that the node controller
 * does not count it among the unhealthy nodes of another zone.
 */
export async function createUnreadyNode({ client, run, scratch }: RequirementContext): Promise<KubernetesObject> {
  const object: RawObject = {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `conformance-${run.id}-unready`,
      labels: { 'topology.kubernetes.io/region': 'conformance', 'topology.kubernetes.io/zone': 'conformance-unready' },
    },
    spec: { unschedulable: true, taints: [{ key: 'conformance.kube-state-metrics/none', effect: 'NoSchedule' }] },
  };
  const node = await scratch.create(object);
  await client.merge(referenceOf(node), readyCondition('False'), 'status');
  return node;
}

/** Sets the condition Ready to True, as a kubelet would. */
export async function makeNodeReady({ client }: RequirementContext, node: KubernetesObject): Promise<void> {
  await client.merge(referenceOf(node), readyCondition('True'), 'status');
}

function readyCondition(status: string): object {
  const now = new Date().toISOString().replace(/\.\d+/, '');
  const ready = { type: 'Ready', status, reason: 'Conformance', message: 'A node without a kubelet.', lastHeartbeatTime: now };
  return { status: { conditions: [ready] } };
}
