import { parseSchedule } from '../../helpers/catalogue/cron/schedule.ts';
import { type CronJob, controllerReference, isControlledBy, type Job } from '../objects.ts';
import type { World } from '../world.ts';
import type { Controller } from './manager.ts';

/** CronJobs create Jobs on schedule and delete the oldest finished ones. */
export const cronJobs: Controller = {
  watches: ['cronjobs.batch', 'jobs.batch'],
  timed: true,
  reconcile(world) {
    for (const cronJob of world.store.list<CronJob>('cronjobs.batch')) reconcile(world, cronJob);
  },
};

function reconcile(world: World, cronJob: CronJob): void {
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
