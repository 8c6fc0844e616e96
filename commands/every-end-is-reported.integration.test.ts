import type { ChildProcess } from 'node:child_process';
import { runCommand } from '../helpers/mutation/faults/run-command.ts';
import { clusterUntouched, endState, existingCluster, runTimeout } from '../helpers/mutation/faults/testing.ts';
import { smallestRun } from '../helpers/mutation/faults/try-fault.ts';

const cluster = existingCluster();

test(
  'a reader that closes standard output neither ends the removal nor the report',
  async () => {
    const onStart = ({ stdout }: ChildProcess) => void stdout?.once('data', () => stdout.destroy());

    const outcome = await runCommand(cluster(), { command: 'e2e', args: smallestRun, onStart });

    expect(endState(outcome)).toMatchObject({ ...clusterUntouched, leftovers: [] });
    expect(outcome.reportIsOld).toBe(false);
    expect(outcome.exitCode).not.toBeNull();
  },
  runTimeout,
);

test(
  'a run that was killed has replaced the report of the run before it, and does not count as conformant',
  async () => {
    const outcome = await runCommand(cluster(), {
      command: 'e2e',
      args: smallestRun,
      faults: [{ phase: 'verify', method: 'GET', incident: { kind: 'signal', signal: 'SIGKILL' } }],
    });

    expect(endState(outcome)).toMatchObject({ exitCode: null, lost: [] });
    expect(outcome.reportIsOld).toBe(false);
    expect(outcome.report?.verdict).not.toBe('conformant');
    expect(JSON.stringify(outcome.report)).toContain('did not complete');
  },
  runTimeout,
);

test(
  'a reports directory that cannot be made is bad usage, before anything is sent',
  async () => {
    const outcome = await runCommand(cluster(), { command: 'e2e', args: smallestRun, reports: '/proc/conformance-reports' });

    expect(endState(outcome)).toMatchObject({ exitCode: 2, ...clusterUntouched });
    expect(outcome.requests).toEqual([]);
    expect(outcome.stderr).toContain('/proc/conformance-reports');
  },
  runTimeout,
);
