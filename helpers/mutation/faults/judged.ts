import { formatReference, referenceOf } from '../../kube/reference.ts';
import { unnamed } from './leftovers.ts';
import { type PlannedFault, titleOf } from './planned-fault.ts';
import type { Outcome } from './run-command.ts';

/** A row of the table: what went wrong on purpose, and what became of the run. */
export interface JudgedFault {
  readonly command: string;
  readonly fault: string;
  readonly phase: string;
  readonly exitCode: number | null;
  /** Empty where there is no report of this run. */
  readonly verdict: string;
  /** Objects of others that are gone or changed. */
  readonly lost: readonly string[];
  readonly left: readonly string[];
  /** What the run has left in the cluster without naming it. */
  readonly unnamed: readonly string[];
  /** What the exporter, which is sound, is blamed for. */
  readonly blamed: readonly string[];
  /** Whatever else a run must not do: one sentence each. */
  readonly wrong: readonly string[];
}

export interface Expectation {
  readonly command: string;
  readonly fault: PlannedFault;
  /** Whether the exporter was made to fail, so that a requirement is right to fail. */
  readonly exporterFails?: boolean;
}

const interrupted = 130;
const infrastructure = 3;
const badUsage = 2;
const suiteFailed = 4;

/** @param cleaned what became of `npm run clean` after a run that was killed */
export function judge({ command, fault, exporterFails = false }: Expectation, outcome: Outcome, cleaned?: Outcome): JudgedFault {
  const { exitCode, report, reportIsOld, requests } = outcome;
  const { left, lost } = cleaned ?? outcome;
  const isOwn = report !== undefined && !reportIsOld;
  const wasKilled = fault.incident.kind === 'signal' && fault.incident.signal === 'SIGKILL';
  const failed = (report?.requirements ?? []).filter(({ status }) => status === 'failed');
  const blamed = exporterFails || !isOwn ? [] : failed.map(({ id, actual }) => `${id}: ${actual ?? ''}`);
  const names = cleaned ? cleaned.stdout.split('\n') : isOwn ? report.leftovers : [];
  const wrong = [
    ...(requests.some(({ isHit }) => isHit) ? [] : ['The fault never occurred.']),
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
    fault: titleOf(fault),
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

export function isRight({ lost, unnamed: missing, blamed, wrong }: JudgedFault): boolean {
  return lost.length + missing.length + blamed.length + wrong.length === 0;
}
