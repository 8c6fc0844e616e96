import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '../../kube/object.ts';
import type { Report } from '../../report/model.ts';
import { nodeArguments } from '../../source.ts';
import type { Interference } from '../../suite/mutant/interference.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { FaultBed } from './bed.ts';
import { FaultProxy, type SeenRequest } from './fault-proxy.ts';
import { added, lostOrChanged, settledObjects } from './objects-of-cluster.ts';
import type { PlannedFault } from './planned-fault.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The report of an earlier run that is there when a run begins. */
const earlierReport = JSON.stringify({
  verdict: 'conformant',
  startedAt: '2001-01-01T00:00:00.000Z',
  leftovers: [],
  requirements: [],
});

export interface Trial {
  /** The name of the command: `e2e`. */
  readonly command: string;
  /** Its arguments, beside those that name the cluster and the reports. */
  readonly args: readonly string[];
  readonly faults?: readonly PlannedFault[];
  readonly interference?: Interference;
  /** Where the reports go; a directory of its own with the report of an earlier run where it is left out. */
  readonly reports?: string;
  /** Whether somebody else makes objects with the label of the run meanwhile; they do where it is left out. */
  readonly plantsImpostors?: boolean;
  /** Called as soon as the process runs. */
  onStart?(child: ChildProcess): void;
}

/** What became of a command and of the cluster. */
export interface Outcome {
  /** Null where a signal ended the process. */
  readonly exitCode: number | null;
  /** Whether there was no end to be seen, so that the process was killed. */
  readonly isEndless: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly SeenRequest[];
  /** The id of the run, as its requests show it; undefined where nothing was made. */
  readonly run: string | undefined;
  readonly reports: string;
  /** The report in the reports directory, whoever wrote it; undefined when there is none. */
  readonly report: Report | undefined;
  /** Whether that is the report of an earlier run. */
  readonly reportIsOld: boolean;
  /** Objects of others that are gone or differ in a byte, one line each. */
  readonly lost: readonly string[];
  /** What the command made and is there still. */
  readonly left: readonly KubernetesObject[];
}

/**
 * Runs a command against the cluster of a bed, through a proxy that lets things go wrong, until nothing of it holds a connection any more.
 * The cluster is left as the command leaves it.
 */
export async function runCommand(bed: FaultBed, trial: Trial): Promise<Outcome> {
  const directory = mkdtempSync(join(bed.directory, 'run-'));
  const reports = trial.reports ?? join(directory, 'reports');
  if (trial.reports === undefined) {
    mkdirSync(reports);
    writeFileSync(join(reports, 'report.json'), earlierReport);
  }
  const written = join(directory, 'kubeconfig.json');
  let child: ChildProcess | undefined;
  const proxy = await FaultProxy.start({
    kubeconfig: bed.kubeconfig,
    written,
    direct: bed.client,
    faults: trial.faults ?? [],
    interference: trial.interference ?? {},
    plantsImpostors: trial.plantsImpostors ?? true,
    signal: (name) => void child?.kill(name),
  });
  try {
    const cluster = trial.command === 'clean' ? [] : ['--cluster', 'kubeconfig'];
    const names = ['--kubeconfig', written, '--context', 'proxy', '--reports', reports];
    child = spawn(process.execPath, [...nodeArguments('commands/main'), trial.command, ...cluster, ...names, ...trial.args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    trial.onStart?.(child);
    const said = await ended(child);
    await disconnected(proxy);
    const after = await settledObjects(bed.client);
    for (const [uid, impostor] of await proxy.impostorsPlanted()) bed.planted.set(uid, impostor);
    const theirs = new Map([...bed.before, ...bed.planted]);
    return {
      ...said,
      requests: proxy.requests,
      run: proxy.run,
      reports,
      ...reportIn(reports),
      lost: lostOrChanged(theirs, after),
      left: added(theirs, after),
    };
  } finally {
    child?.kill('SIGKILL');
    await proxy.stop();
  }
}

/** How long a command may take at all; whatever it waits for has a deadline that is shorter. */
const patience = seconds(240);

type End = Pick<Outcome, 'exitCode' | 'isEndless' | 'stdout' | 'stderr'>;

/** Waits for the end of a process, and ends it when there is none to be seen. */
async function ended(child: ChildProcess): Promise<End> {
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (part: Buffer) => {
    said.stdout += part;
  });
  child.stderr?.on('data', (part: Buffer) => {
    said.stderr += part;
  });
  let isEndless = false;
  const timer = setTimeout(() => {
    isEndless = true;
    child.kill('SIGKILL');
  }, patience);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { exitCode, isEndless, ...said };
  } finally {
    clearTimeout(timer);
  }
}

/** A run that was killed has processes that end a moment later. */
async function disconnected(proxy: FaultProxy): Promise<void> {
  await waitFor({
    what: 'every process of the run gone',
    within: seconds(30),
    observe: async () => proxy.connections(),
    until: (count) => count === 0,
    describe: (count) => `${count} connections`,
  });
}

function reportIn(reports: string): Pick<Outcome, 'report' | 'reportIsOld'> {
  const text = readText(join(reports, 'report.json'));
  return { report: text === undefined ? undefined : (JSON.parse(text) as Report), reportIsOld: text === earlierReport };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
