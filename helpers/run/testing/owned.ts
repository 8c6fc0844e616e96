import { join } from 'node:path';
import type { ClusterOfTest } from '../../../simulator/testing.ts';
import { CreationRecord } from '../creation-record.ts';
import { OwnedObjects } from '../ownership.ts';

/** For tests: what a run owns on a simulated cluster, with its record beside the cluster. */
export function ownedObjects(
  { client, directory }: ClusterOfTest,
  run: string,
  { clusterExists = false, through = client } = {},
): OwnedObjects {
  const record = new CreationRecord(join(directory, `${run}.jsonl`));
  record.begin({ run, server: client.connection.server, outlivesRun: true });
  return new OwnedObjects(through, record, run, clusterExists);
}
