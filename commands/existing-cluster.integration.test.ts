import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { knownTargets } from '../helpers/exporter/known.ts';
import { type Outcome, runCommand } from '../helpers/mutation/faults/run-command.ts';
import {
  clusterUntouched,
  createForeignExporter,
  endState,
  existingCluster,
  runTimeout,
} from '../helpers/mutation/faults/testing.ts';
import { smallestRun } from '../helpers/mutation/faults/try-fault.ts';

const cluster = existingCluster();
const atExporter = { phase: 'verify', method: 'GET', path: /\/proxy\/healthz$/ } as const;

/** What was sent that could change the cluster. */
function writesOf({ requests }: Outcome): readonly string[] {
  return requests
    .filter(({ method, path }) => method !== 'GET' && !path.startsWith('/apis/authorization.k8s.io/'))
    .map(({ method, path }) => `${method} ${path}`);
}

test(
  'a namespace that existed before the run keeps everything in it, also where the manifests are applied twice',
  async () => {
    const args = ['--target', 'current', '--only', 'manifests/second-apply-changes-nothing'];

    const outcome = await runCommand(cluster(), { command: 'e2e', args });

    expect(endState(outcome)).toMatchObject({ exitCode: 0, ...clusterUntouched, leftovers: [] });
    expect(outcome.requests.length).toBeGreaterThan(100);
  },
  runTimeout,
);

test.each(['e2e', 'capture'])(
  '%s refuses an exporter that is deployed already, by name, and changes nothing',
  async (command) => {
    const manifests = knownTargets.current.rendering().filter(({ kind }) => kind !== 'Namespace');
    await createForeignExporter(cluster(), manifests, 'monitoring');

    const into = command === 'capture' ? ['--into', join(cluster().directory, 'captures')] : [];
    const outcome = await runCommand(cluster(), { command, args: ['--target', 'current', ...into] });

    expect(endState(outcome)).toMatchObject({ exitCode: 2, ...clusterUntouched });
    expect(outcome.stderr).toContain('mntr-agent-kube-state-metrics');
  },
  runTimeout,
);

test(
  'scale runs on no cluster that exists, and sends nothing that changes it',
  async () => {
    const outcome = await runCommand(cluster(), { command: 'scale', args: ['--target', 'current'] });

    expect(endState(outcome)).toMatchObject({ exitCode: 2, ...clusterUntouched });
    expect(writesOf(outcome)).toEqual([]);
  },
  runTimeout,
);

test(
  'a capture does not take --audit, and sends nothing',
  async () => {
    const args = ['--audit', 'app=kube-state-metrics', '--into', join(cluster().directory, 'captures')];
    const outcome = await runCommand(cluster(), { command: 'capture', args });

    expect(endState(outcome)).toMatchObject({ exitCode: 2, ...clusterUntouched });
    expect(outcome.stderr).toContain('--audit');
    expect(writesOf(outcome)).toEqual([]);
  },
  runTimeout,
);

test(
  'clean removes nothing that merely has a label of runs',
  async () => {
    const outcome = await runCommand(cluster(), { command: 'clean', args: [], createsLookalikes: false });

    expect(endState(outcome)).toMatchObject(clusterUntouched);
    expect(writesOf(outcome)).toEqual([]);
  },
  runTimeout,
);

test(
  'clean leaves a run at work alone, which ends as if nothing had been',
  async () => {
    const reports = mkdtempSync(join(tmpdir(), 'at-work-'));
    let cleaned: Outcome | undefined;
    const act = async () => {
      cleaned = await runCommand(cluster(), { command: 'clean', args: [], reports, createsLookalikes: false });
    };

    const outcome = await runCommand(cluster(), {
      command: 'e2e',
      args: smallestRun,
      reports,
      faults: [{ ...atExporter, incident: { kind: 'meanwhile', what: 'clean', act } }],
    });

    expect(cleaned && writesOf(cleaned)).toEqual([]);
    expect(cleaned?.stdout).toContain('in progress');
    expect(endState(outcome)).toMatchObject({ exitCode: 0, ...clusterUntouched });
    rmSync(reports, { recursive: true });
  },
  runTimeout,
);

test.each(['the same reports directory', 'the same namespace'])(
  'a second run in %s is refused, and the first ends as if nothing had been',
  async (shared) => {
    const reports = mkdtempSync(join(tmpdir(), 'shared-'));
    let second: Outcome | undefined;
    const act = async () => {
      const own = shared === 'the same namespace' ? {} : { reports };
      second = await runCommand(cluster(), { command: 'e2e', args: smallestRun, createsLookalikes: false, ...own });
    };

    const first = await runCommand(cluster(), {
      command: 'e2e',
      args: smallestRun,
      reports,
      faults: [{ ...atExporter, incident: { kind: 'meanwhile', what: 'a second run', act } }],
    });

    expect(second?.exitCode).toBe(2);
    expect(second && writesOf(second)).toEqual([]);
    expect(second?.stderr).toMatch(/run [0-9a-f]{6}/i);
    expect(endState(first)).toMatchObject({ exitCode: 0, ...clusterUntouched, leftovers: [] });
    rmSync(reports, { recursive: true });
  },
  runTimeout,
);

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
