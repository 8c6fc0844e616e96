import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { KubernetesObject } from '../../kube/object.ts';
import type { Report } from '../../report/model.ts';
import { nodeArguments } from '../../source.ts';
import type { Interference } from '../../suite/mutant/interference.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { ExistingCluster } from './existing-cluster.ts';
import { added, lostOrChanged, settledObjects } from './existing-cluster.ts';
import { FaultProxy, type RecordedRequest } from './fault-proxy.ts';
import type { PlannedFault } from './planned-fault.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A report of an earlier run, which exists when the command starts. */
const earlierReport = JSON.stringify({
  verdict: 'conformant',
  startedAt: '2001-01-01T00:00:00.000Z',
  leftovers: [],
  requirements: [],
});

export interface CommandRequest {
  /** The name of the command: `e2e`. */
  readonly command: string;
  /** Its arguments, beside those that name the cluster and the reports. */
  readonly args: readonly string[];
  readonly faults?: readonly PlannedFault[];
  readonly interference?: Interference;
  /** The reports directory; by default a new one with the report of an earlier run. */
  readonly reports?: string;
  /** Whether others create objects with the label of the run meanwhile; true by default. */
  readonly createsLookalikes?: boolean;
  /** Called when the process was started. */
  onStart?(child: ChildProcess): void;
}

/** The result of a command, and what changed in the cluster. */
export interface Outcome {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  /** Whether the process was killed, as it ran too long. */
  readonly isEndless: boolean;
  readonly stdout: string;
  readonly stderr: string;
  readonly requests: readonly RecordedRequest[];
  /** The id of the run, from its requests; undefined when it created nothing. */
  readonly run: string | undefined;
  readonly reports: string;
  /** The report in the reports directory, of this run or an earlier one; undefined when there is none. */
  readonly report: Report | undefined;
  /** Whether that is the report of an earlier run. */
  readonly reportIsOld: boolean;
  /** The objects of others that were deleted or changed, a line each. */
  readonly lost: readonly string[];
  /** The objects that the command created and left. */
  readonly left: readonly KubernetesObject[];
}

/**
 * Runs a command against a cluster, through a proxy with the planned faults, until no process of it has a connection any more.
 * What the command leaves in the cluster stays.
 */
export async function runCommand(cluster: ExistingCluster, request: CommandRequest): Promise<Outcome> {
  const directory = mkdtempSync(join(cluster.directory, 'run-'));
  const reports = request.reports ?? join(directory, 'reports');
  if (request.reports === undefined) {
    mkdirSync(reports);
    writeFileSync(join(reports, 'report.json'), earlierReport);
  }
  const written = join(directory, 'kubeconfig.json');
  let child: ChildProcess | undefined;
  const proxy = await FaultProxy.start({
    kubeconfig: cluster.kubeconfig,
    written,
    direct: cluster.client,
    faults: request.faults ?? [],
    interference: request.interference ?? {},
    createsLookalikes: request.createsLookalikes ?? true,
    signal: (name) => void child?.kill(name),
  });
  try {
    const clusterOptions = request.command === 'clean' ? [] : ['--cluster', 'kubeconfig'];
    const names = ['--kubeconfig', written, '--context', 'proxy', '--reports', reports];
    const args = [...nodeArguments('commands/main'), request.command, ...clusterOptions, ...names, ...request.args];
    child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    request.onStart?.(child);
    const output = await ended(child);
    await disconnected(proxy);
    const after = await settledObjects(cluster.client);
    for (const [uid, lookalike] of await proxy.lookalikesCreated()) cluster.createdByOthers.set(uid, lookalike);
    const objectsOfOthers = new Map([...cluster.before, ...cluster.createdByOthers]);
    return {
      ...output,
      requests: proxy.requests,
      run: proxy.run,
      reports,
      ...reportIn(reports),
      lost: lostOrChanged(objectsOfOthers, after),
      left: added(objectsOfOthers, after),
    };
  } finally {
    child?.kill('SIGKILL');
    await proxy.stop();
  }
}

/** The longest duration of a command, in milliseconds; all its own deadlines are shorter. */
const longestRun = seconds(240);

type End = Pick<Outcome, 'exitCode' | 'isEndless' | 'stdout' | 'stderr'>;

/** Waits for the end of a process, and kills it when it runs too long. */
async function ended(child: ChildProcess): Promise<End> {
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (part: Buffer) => {
    output.stdout += part;
  });
  child.stderr?.on('data', (part: Buffer) => {
    output.stderr += part;
  });
  let isEndless = false;
  const timer = setTimeout(() => {
    isEndless = true;
    child.kill('SIGKILL');
  }, longestRun);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { exitCode, isEndless, ...output };
  } finally {
    clearTimeout(timer);
  }
}

/** The other processes of a run that was killed end a moment later. */
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
