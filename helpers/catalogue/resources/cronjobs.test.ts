import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type CronJob, cronJobs } from './cronjobs.ts';

const backup: CronJob = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'backup', namespace: 'shop', resourceVersion: '5123', creationTimestamp: '2024-05-01T10:00:00Z' },
  spec: {
    schedule: '0 3 * * *',
    timeZone: 'Asia/Singapore',
    concurrencyPolicy: 'Forbid',
    suspend: false,
    startingDeadlineSeconds: 120,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  },
  status: {
    active: [{ kind: 'Job', name: 'backup-28' }],
    lastScheduleTime: '2024-05-02T19:00:00Z',
    lastSuccessfulTime: '2024-05-02T19:00:30Z',
  },
};

const always = `
  kube_cronjob_created 1714557600
  kube_cronjob_status_active 1
  kube_cronjob_status_last_schedule_time 1714676400
  kube_cronjob_status_last_successful_time 1714676430
  kube_cronjob_spec_suspend 0
  kube_cronjob_spec_starting_deadline_seconds 120
  kube_cronjob_metadata_resource_version 5123
  kube_cronjob_spec_successful_job_history_limit 3
  kube_cronjob_spec_failed_job_history_limit 1
`;

test('before 2.15 the time zone is ignored: 3 o’clock is in UTC', () => {
  expect(samplesAsText(cronJobs, backup, '2.5.0')).toEqual(
    asText(`${always}
      kube_cronjob_info{schedule="0 3 * * *",concurrency_policy="Forbid"} 1
      kube_cronjob_next_schedule_time 1714705200
      kube_cronjob_annotations 1
      kube_cronjob_labels 1`),
  );
});

test('2.20 exposes the time zone: 3 o’clock is in Singapore', () => {
  expect(samplesAsText(cronJobs, backup, '2.20.0')).toEqual(
    asText(`${always}
      kube_cronjob_info{schedule="0 3 * * *",concurrency_policy="Forbid",timezone="Asia/Singapore"} 1
      kube_cronjob_next_schedule_time 1714762800`),
  );
});

const never: CronJob = { ...backup, spec: { schedule: '@hourly' }, status: {} };

test('the next time of a job that never ran is after its creation, and its default time zone is local', () => {
  expect(samplesAsText(cronJobs, never, '2.20.0')).toEqual(
    asText(`
      kube_cronjob_info{schedule="@hourly",concurrency_policy="",timezone="local"} 1
      kube_cronjob_created 1714557600
      kube_cronjob_status_active 0
      kube_cronjob_spec_suspend 0
      kube_cronjob_next_schedule_time 1714561200
      kube_cronjob_metadata_resource_version 5123
    `),
  );
});

test('suspend is exposed without being set from 2.20 on', () => {
  expect(samplesAsText(cronJobs, never, '2.19.1')).not.toContainEqual(expect.stringContaining('suspend'));
});

test('a suspended job has no next time', () => {
  const samples = samplesAsText(cronJobs, { ...never, spec: { schedule: '@hourly', suspend: true } }, '2.20.0');

  expect(samples).toContain('kube_cronjob_spec_suspend{} 1');
  expect(samples).not.toContainEqual(expect.stringContaining('next_schedule_time'));
});

test('an invalid schedule is exposed from 2.19.1 on, without a next time', () => {
  const hourly: CronJob = { ...never, spec: { schedule: '*/60 * * * *' } };

  expect(samplesAsText(cronJobs, hourly, '2.18.0')).toContain('kube_cronjob_next_schedule_time{} 1714561200');
  expect(samplesAsText(cronJobs, hourly, '2.19.1')).toContain('kube_cronjob_schedule_invalid{} 1');
  expect(samplesAsText(cronJobs, hourly, '2.19.1')).not.toContainEqual(expect.stringContaining('next_schedule_time'));
});
