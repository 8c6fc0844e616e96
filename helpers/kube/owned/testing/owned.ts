import { join } from 'node:path';
import type { TestCluster } from '../../../../simulator/testing.ts';
import { CreationRecord } from '../creation-record.ts';
import { OwnedObjects } from '../ownership.ts';

/** For tests: the owned objects of a run on a simulated cluster; the record is in the cluster's directory. */
export function ownedObjects(
  { client, directory }: TestCluster,
  run: string,
  { clusterExists = false, through = client } = {},
): OwnedObjects {
  const record = new CreationRecord(join(directory, `${run}.jsonl`));
  record.begin({ run, server: client.connection.server, outlivesRun: true });
  return new OwnedObjects(through, record, run, clusterExists);
}
