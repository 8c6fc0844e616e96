import { type Condition, isControlledBy, type Job, type Pod } from '../objects.ts';
import { isActive, isReady, nonzero, type World } from '../world.ts';
import type { Controller } from './manager.ts';

const JOBS = 'jobs.batch';

/** Jobs run pods until they complete, exceed the back-off limit, or exceed their deadline. */
export const jobs: Controller = {
  watches: [JOBS, 'pods'],
  timed: true,
  reconcile(world) {
    for (const job of world.store.list<Job>(JOBS)) reconcile(world, job);
  },
};

function reconcile(world: World, job: Job): void {
  const { store, clock } = world;
  const { completions, parallelism = 1, suspend, backoffLimit = 6, activeDeadlineSeconds, managedBy } = job.spec;
  const isOver = (job.status?.conditions ?? []).some(({ type }) => type === 'Complete' || type === 'Failed');
  const ownPods = () => store.list<Pod>('pods', job.metadata.namespace).filter((pod) => isControlledBy(pod, job));
  const inPhase = (pods: readonly Pod[], phase: string) => pods.filter(({ status }) => status?.phase === phase).length;
  const pods = ownPods();
  if (isOver || managedBy !== undefined) return;
  const succeeded = inPhase(pods, 'Succeeded');
  const failed = inPhase(pods, 'Failed');
  const isLate = activeDeadlineSeconds !== undefined && clock.since(job.status?.startTime) >= activeDeadlineSeconds;
  const end = endOf({ isLate, isFailed: failed > backoffLimit, isDone: succeeded >= (completions ?? parallelism) });
  const active = pods.filter(isActive);
  if (end || suspend) for (const pod of active) world.deletePod(pod);
  else {
    const desired = Math.min(parallelism, (completions ?? parallelism) - succeeded);
    for (let count = active.length; count < desired; count += 1) world.makePod(job, job.spec.template);
  }
  const activeAfter = end || suspend ? [] : ownPods().filter(isActive);
  store.change<Job>(JOBS, job.metadata, (draft) => {
    const now = clock.timestamp();
    const { startTime = suspend ? undefined : now } = draft.status ?? {};
    const conditions = [...(end ? [end] : []), ...(suspend ? [suspended] : [])];
    draft.status = {
      ...(startTime === undefined ? {} : { startTime }),
      ...nonzero({
        active: activeAfter.length,
        succeeded,
        failed: failed + (end?.type === 'Failed' && isLate ? active.length : 0),
      }),
      ready: activeAfter.filter(isReady).length,
      ...(end?.type === 'Complete' ? { completionTime: now } : {}),
      ...(conditions.length === 0 ? {} : { conditions: dated(conditions, draft.status?.conditions as Condition[], now) }),
    };
  });
}

const suspended: Condition = { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' };

function endOf({ isLate, isFailed, isDone }: Record<'isLate' | 'isFailed' | 'isDone', boolean>): Condition | undefined {
  if (isFailed) return { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' };
  if (isDone) return { type: 'Complete', status: 'True' };
  return isLate ? { type: 'Failed', status: 'True', reason: 'DeadlineExceeded' } : undefined;
}

function dated(conditions: readonly Condition[], before: readonly Condition[] = [], now: string) {
  return conditions.map((condition) => {
    const known = before.find(({ type, status }) => type === condition.type && status === condition.status);
    return { ...condition, lastTransitionTime: known?.lastTransitionTime ?? now };
  });
}
