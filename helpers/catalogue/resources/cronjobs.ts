import type { KubernetesObject } from '../../kube/object.ts';
import { parseSchedule, type Schedule } from '../cron/schedule.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, namespaceAndName, resourceVersion, unixTime } from '../metadata.ts';
import { type Context, fact, gauge, type ResourceTable, value } from '../table.ts';

export interface CronJob extends KubernetesObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly concurrencyPolicy?: string;
    readonly suspend?: boolean;
    readonly startingDeadlineSeconds?: number;
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
  };
  readonly status?: {
    readonly active?: readonly unknown[];
    readonly lastScheduleTime?: string;
    readonly lastSuccessfulTime?: string;
  };
}

export const cronJobs: ResourceTable<CronJob> = {
  resource: 'cronjobs',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'batch/v1', kind: 'CronJob' }),
  labels: namespaceAndName('cronjob'),
  families: [
    annotationsFamily('cronjobs', 'kube_cronjob_annotations', { stability: 'ALPHA' }),
    labelsFamily('cronjobs', 'kube_cronjob_labels', { stability: 'STABLE' }),
    gauge('kube_cronjob_info', { stability: 'STABLE' }, ({ spec }, context) => {
      const timezone = context.since('2.15') ? { timezone: spec.timeZone ?? 'local' } : {};
      return fact({ schedule: spec.schedule, concurrency_policy: spec.concurrencyPolicy ?? '', ...timezone });
    }),
    gauge('kube_cronjob_created', { stability: 'STABLE' }, created),
    gauge('kube_cronjob_status_active', { stability: 'STABLE' }, ({ status }) => value(status?.active?.length ?? 0)),
    gauge('kube_cronjob_status_last_schedule_time', { stability: 'STABLE' }, ({ status }) =>
      value(unixTime(status?.lastScheduleTime)),
    ),
    gauge('kube_cronjob_status_last_successful_time', { stability: 'STABLE' }, ({ status }) =>
      value(unixTime(status?.lastSuccessfulTime)),
    ),
    gauge('kube_cronjob_spec_suspend', { stability: 'STABLE' }, ({ spec }, context) =>
      spec.suspend === undefined && !context.since('2.20') ? [] : value(spec.suspend ? 1 : 0),
    ),
    gauge('kube_cronjob_spec_starting_deadline_seconds', { stability: 'STABLE' }, ({ spec }) =>
      value(spec.startingDeadlineSeconds),
    ),
    gauge('kube_cronjob_next_schedule_time', { stability: 'STABLE' }, (job, context) =>
      job.spec.suspend ? [] : value(nextScheduleTime(job, context)),
    ),
    gauge('kube_cronjob_schedule_invalid', { stability: 'ALPHA', since: '2.19.1' }, (job, context) =>
      scheduleOf(job, context) ? [] : value(1),
    ),
    gauge('kube_cronjob_metadata_resource_version', { stability: 'STABLE' }, resourceVersion),
    gauge('kube_cronjob_spec_successful_job_history_limit', { stability: 'ALPHA' }, ({ spec }) =>
      value(spec.successfulJobsHistoryLimit),
    ),
    gauge('kube_cronjob_spec_failed_job_history_limit', { stability: 'ALPHA' }, ({ spec }) => value(spec.failedJobsHistoryLimit)),
  ],
};

/** The next time after the last schedule time or, without one, after the creation: it can be in the past. */
function nextScheduleTime(job: CronJob, context: Context): number | undefined {
  const after = unixTime(job.status?.lastScheduleTime) ?? unixTime(job.metadata.creationTimestamp);
  return after === undefined ? undefined : scheduleOf(job, context)?.(after);
}

/** Before 2.15 the exporter reads every schedule in its own time zone, which in a container is UTC. */
function scheduleOf({ spec }: CronJob, context: Context): Schedule | undefined {
  return parseSchedule(
    spec.schedule,
    context.since('2.15') ? spec.timeZone : undefined,
    context.since('2.19') ? 'netresearch' : 'robfig',
  );
}
