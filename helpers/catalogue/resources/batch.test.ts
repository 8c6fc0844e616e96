import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type CronJob, cronJobs, type Job, jobs } from './batch.ts';

describe('cronjobs', () => {
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
});

describe('jobs', () => {
  const completed: Job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: 'backup-28',
      namespace: 'shop',
      creationTimestamp: '2024-05-01T10:00:00Z',
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'backup', uid: 'c1', controller: true }],
    },
    spec: { parallelism: 1, completions: 1, activeDeadlineSeconds: 600 },
    status: {
      succeeded: 1,
      startTime: '2024-05-01T10:00:01Z',
      completionTime: '2024-05-01T10:00:31Z',
      conditions: [{ type: 'Complete', status: 'True' }],
    },
  };

  const always = `
  kube_job_info 1
  kube_job_created 1714557600
  kube_job_spec_parallelism 1
  kube_job_spec_completions 1
  kube_job_spec_active_deadline_seconds 600
  kube_job_status_succeeded 1
  kube_job_status_failed 0
  kube_job_status_active 0
  kube_job_complete{condition="true"} 1
  kube_job_complete{condition="false"} 0
  kube_job_complete{condition="unknown"} 0
  kube_job_status_start_time 1714557601
  kube_job_status_completion_time 1714557631
  kube_job_owner{owner_kind="CronJob",owner_name="backup",owner_is_controller="true"} 1
`;

  test('2.5 exposes a completed job', () => {
    expect(samplesAsText(jobs, completed, '2.5.0')).toEqual(
      asText(`${always}
      kube_job_annotations 1
      kube_job_labels 1`),
    );
  });

  test('2.20 adds the ready pods, 0 if missing from the status', () => {
    expect(samplesAsText(jobs, completed, '2.20.0')).toEqual(
      asText(`${always}
      kube_job_status_ready 0`),
    );
  });

  function failedSamples(job: Job, release: string): readonly string[] {
    return samplesAsText(jobs, job, release).filter((sample) => sample.startsWith('kube_job_status_failed'));
  }

  function failed(reason: string | undefined, pods = 3): Job {
    const conditions = reason === undefined ? [] : [{ type: 'Failed', status: 'True', reason }];
    return { ...completed, status: { failed: pods, conditions } };
  }

  test('a job over its backoff limit failed for that reason', () => {
    for (const release of ['2.5.0', '2.20.0']) {
      expect(failedSamples(failed('BackoffLimitExceeded'), release)).toEqual(
        expect.arrayContaining(
          asText(`
          kube_job_status_failed{reason="BackoffLimitExceeded"} 1
          kube_job_status_failed{reason="Evicted"} 0
        `),
        ),
      );
    }
  });

  test('before 2.9 an exceeded deadline is not recognised, and the failed pods have no reason', () => {
    expect(failedSamples(failed('DeadlineExceeded'), '2.8.2')).toEqual(
      asText(`
      kube_job_status_failed{reason="BackoffLimitExceeded"} 0
      kube_job_status_failed{reason="DeadLineExceeded"} 0
      kube_job_status_failed{reason="Evicted"} 0
      kube_job_status_failed{reason=""} 3
    `),
    );
    expect(failedSamples(failed('DeadlineExceeded'), '2.9.0')).toEqual(
      asText(`
      kube_job_status_failed{reason="BackoffLimitExceeded"} 0
      kube_job_status_failed{reason="DeadlineExceeded"} 1
      kube_job_status_failed{reason="Evicted"} 0
    `),
    );
  });

  test('a job that retries failed pods has no sample before 2.14, and one without a reason from 2.14 on', () => {
    expect(failedSamples(failed(undefined), '2.13.0')).toEqual([]);
    expect(failedSamples(failed(undefined), '2.14.0')).toEqual(['kube_job_status_failed{reason=""} 3']);
  });

  test('a failed job without a failed pod has 0 without a reason', () => {
    expect(failedSamples(failed('DeadlineExceeded', 0), '2.20.0')).toEqual(['kube_job_status_failed{} 0']);
  });

  test('a job has its condition Failed, and from 2.14 on Suspended', () => {
    const conditions = [
      { type: 'Suspended', status: 'False' },
      { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' },
    ];
    const samples = samplesAsText(jobs, { ...completed, status: { failed: 1, conditions } }, '2.14.0');

    expect(samples).toEqual(
      expect.arrayContaining(
        asText(`
        kube_job_failed{condition="true"} 1
        kube_job_failed{condition="false"} 0
        kube_job_failed{condition="unknown"} 0
        kube_job_status_suspended 0
      `),
      ),
    );
    expect(samples).not.toContainEqual(expect.stringContaining('kube_job_complete'));
  });
});
