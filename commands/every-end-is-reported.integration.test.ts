import type { ChildProcess } from 'node:child_process';
import { runCommand } from '../helpers/mutation/faults/run-command.ts';
import { endOf, faultBed, nothingTouched, timeOfRun } from '../helpers/mutation/faults/testing.ts';
import { cheapRun } from '../helpers/mutation/faults/try-fault.ts';

const bed = faultBed();

test(
  'a reader that closes standard output neither ends the removal nor the report',
  async () => {
    const onStart = ({ stdout }: ChildProcess) => void stdout?.once('data', () => stdout.destroy());

    const outcome = await runCommand(bed(), { command: 'e2e', args: cheapRun, onStart });

    expect(endOf(outcome)).toMatchObject({ ...nothingTouched, leftovers: [] });
    expect(outcome.reportIsOld).toBe(false);
    expect(outcome.exitCode).not.toBeNull();
  },
  timeOfRun,
);

test(
  'a run that was killed has replaced the report of the run before it, and does not count as conformant',
  async () => {
    const outcome = await runCommand(bed(), {
      command: 'e2e',
      args: cheapRun,
      faults: [{ phase: 'verify', method: 'GET', incident: { kind: 'signal', signal: 'SIGKILL' } }],
    });

    expect(endOf(outcome)).toMatchObject({ exitCode: null, lost: [] });
    expect(outcome.reportIsOld).toBe(false);
    expect(outcome.report?.verdict).not.toBe('conformant');
    expect(JSON.stringify(outcome.report)).toContain('did not complete');
  },
  timeOfRun,
);

test(
  'a reports directory that cannot be made is bad usage, before anything is sent',
  async () => {
    const outcome = await runCommand(bed(), { command: 'e2e', args: cheapRun, reports: '/proc/conformance-reports' });

    expect(endOf(outcome)).toMatchObject({ exitCode: 2, ...nothingTouched });
    expect(outcome.requests).toEqual([]);
    expect(outcome.stderr).toContain('/proc/conformance-reports');
  },
  timeOfRun,
);
