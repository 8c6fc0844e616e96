import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CreationRecord, RECORD_FILE } from '../kube/owned/creation-record.ts';

/** The folder below the reports directory with the records of runs that left objects on a cluster. */
const KEPT = 'unremoved';

/**
 * Moves the record of an earlier run out of the directory that a run is about to empty, if the earlier run may have left objects.
 * @returns a sentence for the user; undefined where there was nothing to keep
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
