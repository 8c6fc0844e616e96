import { hostname } from 'node:os';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { CreationRecord, RecordedRun } from '../kube/owned/creation-record.ts';
import { failureOf, Leftovers } from '../kube/owned/leftovers.ts';
import { removeCreated } from '../kube/owned/remove-objects.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import { runLabel } from '../kube/run-label.ts';
import { type Holder, holderOf, listLeases } from './occupy.ts';
import { unremovedRecords } from './reports-directory.ts';

export interface CleanRequest {
  /** The directory below which the records of runs are. */
  readonly reports: string;
  /** The run whose objects are removed, even if it is in progress; without it, those of all runs that have ended. */
  readonly run?: string;
  /** Whether to remove nothing. */
  readonly dryRun: boolean;
  print(line: string): void;
}

/**
 * Removes from a cluster what the records prove that runs created, and lists what merely has their label. A run in progress is skipped
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
    const activity = activityOf(run, holders);
    if (activity !== undefined && named === undefined) {
      print(`Run ${run.run} is in progress: ${activity}. Its objects are kept; --run ${run.run} removes them all the same.`);
      continue;
    }
    left += await cleanRecord(client, record, { dryRun, print });
  }
  if (named !== undefined && !records.some(({ run }) => run?.run === named)) {
    print(
      `No record below ${reports} lists what run ${named} created, so that nothing of it is removed. Set its directory with --reports.`,
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
  print(left.length === 0 ? 'None of it exists any more.' : `Not removed:\n${left.map((line) => `  ${line}`).join('\n')}`);
  return left.length;
}

/** The sign that a run is in progress: its Lease is renewed, or its process runs on this machine; undefined for none. */
function activityOf({ run, host, process: pid }: RecordedRun, holders: readonly Holder[]): string | undefined {
  const holder = holders.find((known) => known.run === run);
  if (holder?.isInProgress) return `process ${pid} on ${host} renewed its Lease at ${holder.renewedAt}`;
  return host === hostname() && isRunning(pid) ? `its process ${pid} runs on this machine` : undefined;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function holdersOn(client: KubeClient, print: (line: string) => void): Promise<readonly Holder[]> {
  let leases: readonly KubernetesObject[] = [];
  const failure = await failureOf(async () => {
    leases = await listLeases(client);
  });
  if (failure !== undefined)
    print(`The Leases of runs cannot be listed, so that it is not known which are in progress: ${failure.message}`);
  return leases.map((lease) => holderOf(lease)).filter((holder) => holder !== undefined);
}

interface Known {
  readonly records: readonly CreationRecord[];
  readonly holders: readonly Holder[];
  print(line: string): void;
}

/** Lists objects with the label of a run without a record here: anybody may have set the label. */
async function listUnproven(client: KubeClient, { records, holders, print }: Known): Promise<void> {
  const runs = new Set(records.map(({ run }) => run?.run));
  const unproven: KubernetesObject[] = [];
  for (const { apiVersion, kind, subresource, verbs } of client.mapper.resources) {
    if (subresource !== undefined || !verbs.includes('list') || !verbs.includes('delete')) continue;
    const failure = await failureOf(async () => {
      unproven.push(...(await client.list({ apiVersion, kind }, { labelSelector: runLabel })));
    });
    if (failure !== undefined) print(`Not searched for the label ${runLabel}: ${kind}: ${failure.message}`);
  }
  const leftovers = new Leftovers(client.mapper);
  const distinct = new Map(unproven.map((object) => [object.metadata.uid, object]));
  for (const object of distinct.values()) {
    const run = object.metadata.labels?.[runLabel] ?? '';
    const holder = holders.find((known) => known.run === run);
    if (runs.has(run)) continue;
    const name = formatReference(referenceOf(object));
    if (holder?.isInProgress)
      print(`Not proven: ${name}, with the label of run ${run}, which is in progress on ${holder.host}. It is kept.`);
    else
      print(
        `Not proven: ${name}, with the label of run ${run}, without a record here. If it is yours to remove: ${leftovers.command(referenceOf(object))}`,
      );
  }
}
