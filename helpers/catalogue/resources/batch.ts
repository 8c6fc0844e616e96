import type { KubernetesObject } from '../../kube/object.ts';
import type { Condition } from '../../kube/types.ts';
import { parseSchedule, type Schedule } from '../cron/schedule.ts';
import { annotationsFamily, labelsFamily } from '../labels.ts';
import { created, namespaceAndName, ownerSamples, resourceVersion, unixTime } from '../metadata.ts';
import { type Context, conditionSamples, type Expected, fact, gauge, type ResourceTable, value } from '../table.ts';

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

export interface Job extends KubernetesObject {
  readonly spec: { readonly parallelism?: number; readonly completions?: number; readonly activeDeadlineSeconds?: number };
  readonly status?: {
    readonly succeeded?: number;
    readonly failed?: number;
    readonly active?: number;
    readonly ready?: number;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

export const jobs: ResourceTable<Job> = {
  resource: 'jobs',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'batch/v1', kind: 'Job' }),
  labels: namespaceAndName('job_name'),
  families: [
    annotationsFamily('jobs', 'kube_job_annotations', { stability: 'ALPHA' }),
    labelsFamily('jobs', 'kube_job_labels', { stability: 'STABLE' }),
    gauge('kube_job_info', { stability: 'STABLE' }, () => fact({})),
    gauge('kube_job_created', { stability: 'STABLE' }, created),
    gauge('kube_job_spec_parallelism', { stability: 'STABLE' }, ({ spec }) => value(spec.parallelism)),
    gauge('kube_job_spec_completions', { stability: 'STABLE' }, ({ spec }) => value(spec.completions)),
    gauge('kube_job_spec_active_deadline_seconds', { stability: 'STABLE' }, ({ spec }) => value(spec.activeDeadlineSeconds)),
    gauge('kube_job_status_succeeded', { stability: 'STABLE' }, ({ status }) => value(status?.succeeded ?? 0)),
    gauge('kube_job_status_failed', { stability: 'STABLE' }, failedSamples),
    gauge('kube_job_status_active', { stability: 'STABLE' }, ({ status }) => value(status?.active ?? 0)),
    gauge('kube_job_status_ready', { stability: 'ALPHA', since: '2.18' }, ({ status }) => value(status?.ready ?? 0)),
    gauge('kube_job_complete', { stability: 'STABLE' }, (job) =>
      conditionsOf(job, 'Complete').flatMap((complete) => conditionSamples(complete.status, {}, 'condition')),
    ),
    gauge('kube_job_failed', { stability: 'STABLE' }, (job) =>
      conditionsOf(job, 'Failed').flatMap((failed) => conditionSamples(failed.status, {}, 'condition')),
    ),
    gauge('kube_job_status_start_time', { stability: 'STABLE' }, ({ status }) => value(unixTime(status?.startTime))),
    gauge('kube_job_status_completion_time', { stability: 'STABLE' }, ({ status }) => value(unixTime(status?.completionTime))),
    gauge('kube_job_status_suspended', { stability: 'ALPHA', since: '2.14' }, (job) =>
      conditionsOf(job, 'Suspended').flatMap((suspended) => value(suspended.status === 'True' ? 1 : 0)),
    ),
    gauge('kube_job_owner', { stability: 'STABLE' }, ownerSamples),
  ],
};

function conditionsOf(job: Job, type: string): readonly Condition[] {
  return (job.status?.conditions ?? []).filter((condition) => condition.type === type);
}

/** Before 2.9 a misspelled reason kept the exporter from recognising an exceeded deadline. */
function failureReasons(context: Context): readonly string[] {
  return ['BackoffLimitExceeded', context.since('2.9') ? 'DeadlineExceeded' : 'DeadLineExceeded', 'Evicted'];
}

/**
 * Without a failed pod: one sample, 0, without a reason. Otherwise 1 for the reason of the failure, or for an unknown reason
 * the number of failed pods with an empty reason. Before 2.14 a job that still retries has no sample.
 */
function failedSamples(job: Job, context: Context): readonly Expected[] {
  const pods = job.status?.failed ?? 0;
  if (pods === 0) return value(0);
  const failures = conditionsOf(job, 'Failed');
  const reasons = failureReasons(context);
  const isKnown = (failure: Condition) => reasons.includes(failure.reason ?? '');
  const forReason = (failure: Condition) =>
    reasons.map((reason) => ({ labels: { reason }, value: failure.reason === reason ? 1 : 0 }));
  const unknown = { labels: { reason: '' }, value: pods };
  if (context.since('2.14')) return [...failures.flatMap(forReason), ...(failures.some(isKnown) ? [] : [unknown])];
  return failures.flatMap((failure) => [...forReason(failure), ...(isKnown(failure) ? [] : [unknown])]);
}
