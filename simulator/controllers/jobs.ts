import { parseSchedule } from '../../helpers/catalogue/cron/schedule.ts';
import { type Condition, type CronJob, controllerReference, isControlledBy, type Job, type Pod } from '../objects.ts';
import { type Controller, isActive, isReady, nonzero, type World } from '../world.ts';

const JOBS = 'jobs.batch';

/** Jobs run pods until they complete, exceed the back-off limit, or exceed their deadline. */
export const jobs: Controller = {
  watches: [JOBS, 'pods'],
  timed: true,
  reconcile(world) {
    for (const job of world.store.list<Job>(JOBS)) reconcileJob(world, job);
  },
};

function reconcileJob(world: World, job: Job): void {
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

/** CronJobs create Jobs on schedule and delete the oldest finished ones. */
export const cronJobs: Controller = {
  watches: ['cronjobs.batch', 'jobs.batch'],
  timed: true,
  reconcile(world) {
    for (const cronJob of world.store.list<CronJob>('cronjobs.batch')) reconcileCronJob(world, cronJob);
  },
};

function reconcileCronJob(world: World, cronJob: CronJob): void {
  const { store, clock } = world;
  const { metadata, spec, status } = cronJob;
  const ownJobs = () => store.list<Job>('jobs.batch', metadata.namespace).filter((job) => isControlledBy(job, cronJob));
  const due = dueAt(cronJob, clock.now() / 1000);
  const isBusy = spec.concurrencyPolicy === 'Forbid' && ownJobs().some((job) => !finished(job));
  if (due !== undefined && !isBusy && metadata.deletionTimestamp === undefined) makeJob(world, cronJob, due);
  const kept = { Complete: spec.successfulJobsHistoryLimit ?? 3, Failed: spec.failedJobsHistoryLimit ?? 1 };
  for (const [type, limit] of Object.entries(kept)) {
    const over = ownJobs().filter((job) => finished(job) === type);
    for (const job of over.slice(0, Math.max(0, over.length - limit))) store.remove('jobs.batch', job.metadata);
  }
  const last =
    ownJobs()
      .flatMap((job) => job.status?.completionTime ?? [])
      .sort()
      .at(-1) ?? status?.lastSuccessfulTime;
  store.change<CronJob>('cronjobs.batch', metadata, (draft) => {
    const active = ownJobs()
      .filter((job) => !finished(job))
      .map(({ metadata: { name, namespace = '', uid } }) => ({
        apiVersion: 'batch/v1',
        kind: 'Job',
        name,
        namespace,
        uid,
      }));
    const { active: _, ...rest } = draft.status ?? {};
    const isDue = due !== undefined && !isBusy ? { lastScheduleTime: timestampOf(due) } : {};
    draft.status = { ...rest, ...isDue, ...(last && { lastSuccessfulTime: last }), ...(active.length > 0 && { active }) };
  });
}

/** The last scheduled time that is due and has no Job yet, in seconds since 1970. */
function dueAt({ metadata, spec, status }: CronJob, now: number): number | undefined {
  const next = spec.suspend ? undefined : parseSchedule(spec.schedule, spec.timeZone, 'robfig');
  let due: number | undefined;
  let from = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp) / 1000;
  for (let time = next?.(from); time !== undefined && time > from && time <= now; time = next?.(from)) {
    due = time;
    from = time;
  }
  return due;
}

function makeJob(world: World, cronJob: CronJob, due: number): void {
  const { metadata, spec } = cronJob;
  world.make<Job>('jobs.batch', {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${metadata.name}-${Math.floor(due / 60)}`,
      namespace: metadata.namespace ?? '',
      ...(spec.jobTemplate.metadata?.labels && { labels: spec.jobTemplate.metadata.labels }),
      ownerReferences: [controllerReference(cronJob)],
    },
    spec: spec.jobTemplate.spec as Job['spec'],
  });
}

function finished({ status }: Job): string | undefined {
  return status?.conditions?.find(({ type, status: holds }) => holds === 'True' && (type === 'Complete' || type === 'Failed'))
    ?.type;
}

function timestampOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
