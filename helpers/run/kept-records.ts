import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CreationRecord, RECORD_FILE } from '../kube/owned/creation-record.ts';

/** Where the records of runs are kept that left objects on a cluster, below the directory of reports. */
const KEPT = 'unremoved';

/**
 * Saves the record of an earlier run from the directory that a run is about to empty, where the earlier one may have left objects.
 * @returns a sentence that says so; undefined where there was nothing to save
 */
export function keepUnremovedRecord(directory: string, reports: string): string | undefined {
  const { file, mayHaveLeftObjects, run } = CreationRecord.in(directory);
  if (run === undefined || !mayHaveLeftObjects) return undefined;
  const kept = join(reports, KEPT, `${run.run}.jsonl`);
  mkdirSync(dirname(kept), { recursive: true });
  renameSync(file, kept);
  return `Run ${run.run} may have left objects on ${run.server}; its record is kept as ${kept}, and npm run clean removes them.`;
}

/** The records of all runs below a directory of reports that may have left objects. */
export function unremovedRecords(reports: string): readonly CreationRecord[] {
  if (!existsSync(reports)) return [];
  const files = readdirSync(reports, { recursive: true, encoding: 'utf8' })
    .filter((file) => basename(file) === RECORD_FILE || (basename(dirname(file)) === KEPT && file.endsWith('.jsonl')))
    .sort();
  return files.map((file) => new CreationRecord(join(reports, file))).filter(({ mayHaveLeftObjects }) => mayHaveLeftObjects);
}
