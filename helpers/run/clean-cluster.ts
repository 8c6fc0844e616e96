import { hostname } from 'node:os';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { CreationRecord, RecordedRun } from '../kube/owned/creation-record.ts';
import { failureOf } from '../kube/owned/failure-of.ts';
import { Leftovers } from '../kube/owned/leftovers.ts';
import { removeCreated } from '../kube/owned/remove-objects.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import { runLabel } from '../kube/run-label.ts';
import { unremovedRecords } from './kept-records.ts';
import { type Holder, holderOf, listLeases } from './occupy.ts';

export interface CleanRequest {
  /** The directory below which the records of runs are. */
  readonly reports: string;
  /** The one run whose objects are to be removed, even if it is at work; all that are over where it is left out. */
  readonly run?: string;
  /** Whether to remove nothing. */
  readonly dryRun: boolean;
  print(line: string): void;
}

/**
 * Removes from a cluster what the records of runs prove to be theirs, and lists what merely carries their label. A run at work is left alone
 * unless it is named.
 * @returns how many lines of what could not be removed were printed
 */
export async function cleanCluster(client: KubeClient, { reports, run: named, dryRun, print }: CleanRequest): Promise<number> {
  const holders = await holdersOn(client, print);
  const records = unremovedRecords(reports);
  let left = 0;
  for (const record of records) {
    const { run } = record;
    if (run === undefined || (named !== undefined && run.run !== named)) continue;
    const work = atWork(run, holders);
    if (work !== undefined && named === undefined) {
      print(`Run ${run.run} is at work: ${work}. Its objects are left alone; --run ${run.run} removes them all the same.`);
      continue;
    }
    left += await cleanRecord(client, record, { dryRun, print });
  }
  if (named !== undefined && !records.some(({ run }) => run?.run === named)) {
    print(
      `No record below ${reports} says what run ${named} created, so that nothing of it is removed. Name its directory with --reports.`,
    );
  }
  await listUnproven(client, { records, holders, print });
  return left;
}

async function cleanRecord(
  client: KubeClient,
  record: CreationRecord,
  { dryRun, print }: Pick<CleanRequest, 'dryRun' | 'print'>,
): Promise<number> {
  const entries = record.entries();
  print(`Run ${record.run?.run}, recorded in ${record.file}, created:`);
  for (const name of new Set(entries.map(({ reference }) => formatReference(reference)))) print(`  ${name}`);
  if (dryRun) return 0;
  const left = await removeCreated(client, record);
  print(left.length === 0 ? 'None of it is there any more.' : `Still there:\n${left.map((line) => `  ${line}`).join('\n')}`);
  return left.length;
}

/** Why a run counts as being at work: its Lease is renewed, or its process lives on this machine. */
function atWork({ run, host, process: pid }: RecordedRun, holders: readonly Holder[]): string | undefined {
  const holder = holders.find((known) => known.run === run);
  if (holder?.isAtWork) return `process ${pid} on ${host} renewed its Lease at ${holder.renewedAt}`;
  return host === hostname() && isAlive(pid) ? `its process ${pid} on this machine lives` : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function holdersOn(client: KubeClient, print: (line: string) => void): Promise<readonly Holder[]> {
  let leases: readonly KubernetesObject[] = [];
  const failure = await failureOf(async () => {
    leases = await listLeases(client);
  });
  if (failure !== undefined) print(`Which runs are at work cannot be seen from their Leases: ${failure.message}`);
  return leases.map((lease) => holderOf(lease)).filter((holder) => holder !== undefined);
}

interface Known {
  readonly records: readonly CreationRecord[];
  readonly holders: readonly Holder[];
  print(line: string): void;
}

/** Objects with the label of a run of which no record is at hand: anybody may have put the label there. */
async function listUnproven(client: KubeClient, { records, holders, print }: Known): Promise<void> {
  const runs = new Set(records.map(({ run }) => run?.run));
  const unproven: KubernetesObject[] = [];
  for (const { apiVersion, kind, subresource, verbs } of client.mapper.resources) {
    if (subresource !== undefined || !verbs.includes('list') || !verbs.includes('delete')) continue;
    const failure = await failureOf(async () => {
      unproven.push(...(await client.list({ apiVersion, kind }, { labelSelector: runLabel })));
    });
    if (failure !== undefined) print(`Not looked through for the label ${runLabel}: ${kind}: ${failure.message}`);
  }
  const leftovers = new Leftovers(client.mapper);
  const distinct = new Map(unproven.map((object) => [object.metadata.uid, object]));
  for (const object of distinct.values()) {
    const run = object.metadata.labels?.[runLabel] ?? '';
    const holder = holders.find((known) => known.run === run);
    if (runs.has(run)) continue;
    const name = formatReference(referenceOf(object));
    if (holder?.isAtWork)
      print(`Not proven: ${name}, with the label of run ${run}, which is at work on ${holder.host}. It is left alone.`);
    else
      print(
        `Not proven: ${name}, with the label of run ${run}, of which no record is here. If it is yours to remove: ${leftovers.command(referenceOf(object))}`,
      );
  }
}
