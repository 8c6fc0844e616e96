import type { KubernetesObject } from '../../kube/object.ts';
import { formatReference, referenceOf } from '../../kube/reference.ts';
import { page } from '../../suite/mutant/scrapes.ts';
import type { ExistingCluster } from './existing-cluster.ts';
import { type Expectation, formatPlannedFault } from './planned-fault.ts';
import { type CommandRequest, type Outcome, runCommand } from './run-command.ts';

/** A row of the table: a planned fault, and how the run ended. */
export interface FaultResult {
  readonly command: string;
  readonly fault: string;
  readonly phase: string;
  readonly exitCode: number | null;
  /** Empty when there is no report of this run. */
  readonly verdict: string;
  /** The objects of others that were deleted or changed. */
  readonly lost: readonly string[];
  readonly left: readonly string[];
  /** The objects that the run left in the cluster and does not name. */
  readonly unnamed: readonly string[];
  /** The failures that blame the exporter, which is not broken. */
  readonly blamed: readonly string[];
  /** Other problems, a sentence each. */
  readonly wrong: readonly string[];
}

const interrupted = 130;
const infrastructure = 3;
const badUsage = 2;
const suiteFailed = 4;

/** @param cleaned the outcome of `npm run clean` after a run that was killed */
function judge({ command, fault, exporterFails = false }: Expectation, outcome: Outcome, cleaned?: Outcome): FaultResult {
  const { exitCode, report, reportIsOld, requests } = outcome;
  const { left, lost } = cleaned ?? outcome;
  const isOwn = report !== undefined && !reportIsOld;
  const wasKilled = fault.incident.kind === 'signal' && fault.incident.signal === 'SIGKILL';
  const failed = (report?.requirements ?? []).filter(({ status }) => status === 'failed');
  const blamed = exporterFails || !isOwn ? [] : failed.map(({ id, actual }) => `${id}: ${actual ?? ''}`);
  const names = cleaned ? cleaned.stdout.split('\n') : isOwn ? report.leftovers : [];
  const wrong = [
    ...(requests.some(({ isFaulty: isHit }) => isHit) ? [] : ['The fault never occurred.']),
    ...(isOwn || exitCode === badUsage || command !== 'e2e' ? [] : ['There is no report of this run.']),
    ...(fault.incident.kind === 'gone' && exitCode !== infrastructure
      ? [`The API server was gone, and the exit code is ${exitCode}.`]
      : []),
    ...(exitCode === suiteFailed ? ['The suite itself failed.'] : []),
    ...(outcome.isEndless || cleaned?.isEndless ? ['It did not end.'] : []),
    ...(exitCode === null && !wasKilled ? ['A signal ended the process.'] : []),
    ...(fault.incident.kind === 'signal' && !wasKilled && exitCode !== interrupted ? [`Ctrl-C ends with ${exitCode}.`] : []),
  ];
  return {
    command,
    fault: formatPlannedFault(fault),
    phase: fault.phase,
    exitCode,
    verdict: isOwn ? report.verdict : '',
    lost,
    left: left.map((object) => formatReference(referenceOf(object))),
    unnamed: unnamed(left, names),
    blamed: isOwn && report.verdict === 'nonconformant' && !exporterFails ? [...blamed, 'nonconformant'] : blamed,
    wrong,
  };
}

export function hasNoProblems({ lost, unnamed: missing, blamed, wrong }: FaultResult): boolean {
  return lost.length + missing.length + blamed.length + wrong.length === 0;
}

/**
 * The objects that a run left in a cluster and does not name. What is deleted with a named object needs no name of its own: the objects in
 * a namespace, objects with an owner, and the Endpoints of a Service.
 * @param names the leftovers in the report or output of the run: each is searched for kind, namespace and name
 */
export function unnamed(left: readonly KubernetesObject[], names: readonly unknown[]): readonly string[] {
  const texts = names.map((name) => JSON.stringify(name).toLowerCase());
  const isNamed = ({ kind, metadata }: KubernetesObject) =>
    texts.some((text) => [kind, metadata.namespace ?? '', metadata.name].every((part) => text.includes(part.toLowerCase())));
  const named = left.filter(isNamed);
  const namespaces = new Set(named.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name));
  const services = new Set(named.filter(({ kind }) => kind === 'Service').map(pathOf));
  const isDeletedAlong = (object: KubernetesObject) =>
    namespaces.has(object.metadata.namespace ?? '') ||
    (object.metadata.ownerReferences ?? []).length > 0 ||
    (object.kind === 'Endpoints' && services.has(pathOf(object)));
  return left
    .filter((object) => !isNamed(object) && !isDeletedAlong(object))
    .map((object) => formatReference(referenceOf(object)));
}

function pathOf({ metadata: { namespace = '', name } }: KubernetesObject): string {
  return `${namespace}/${name}`;
}

/** Options that verify as little as possible. */
export const smallestRun: readonly string[] = ['--target', 'current', '--only', 'endpoints/healthz'];

/** The health page of a broken exporter. */
const brokenExporter = page(8080, '/healthz', (answer) => ({ ...answer, status: 200, body: 'broken' }))();

/**
 * Runs a command with one fault and judges its outcome. After a run that was killed, `npm run clean` follows, and what it leaves is
 * compared with what it prints. What both leave in the cluster stays.
 */
export async function tryFault(cluster: ExistingCluster, expectation: Expectation): Promise<FaultResult> {
  const { command, fault, exporterFails = false } = expectation;
  const trial: CommandRequest = {
    command,
    args: smallestRun,
    faults: [fault],
    ...(exporterFails && { interference: brokenExporter }),
  };
  const outcome = await runCommand(cluster, trial);
  const isKilled = fault.incident.kind === 'signal' && fault.incident.signal === 'SIGKILL';
  const cleaned = isKilled && outcome.run !== undefined ? await clean(cluster, outcome.reports, outcome.run) : undefined;
  return judge(expectation, outcome, cleaned);
}

/** The killed run is named, as it counts as running until its lock expires. */
function clean(cluster: ExistingCluster, reports: string, run: string) {
  return runCommand(cluster, { command: 'clean', args: ['--run', run], reports, createsLookalikes: false });
}
