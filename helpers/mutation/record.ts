import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { redactStrings } from '../redaction/text.ts';
import type { Judgement } from './judgement.ts';
import { markdownTable } from './table.ts';

/** What became of all mutants that were tried, where and when; `mutants.json` is this. */
export interface MutantsRecord {
  readonly evidence: 'live' | 'simulated';
  /** The release of the cluster: `v1.24.17`. */
  readonly kubernetes: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly judgements: readonly Judgement[];
}

/** Writes the record for programs, and its table for people. */
export function writeRecord(directory: string, record: MutantsRecord): void {
  mkdirSync(directory, { recursive: true });
  const safe = redactStrings(record);
  writeFileSync(join(directory, 'mutants.json'), `${JSON.stringify(safe, undefined, 2)}\n`);
  writeFileSync(join(directory, 'mutants.md'), markdownTable(safe.judgements));
}

/**
 * The records of one kind of cluster as one, as some mutants need a cluster of their own.
 * @param records of a mutant that is in several the last one counts
 * @throws UsageError when there is none of that kind
 */
export function joined(records: readonly MutantsRecord[], evidence: MutantsRecord['evidence']): MutantsRecord {
  const all = records.filter((one) => one.evidence === evidence);
  const [first] = all;
  if (!first) throw new UsageError(`--compare needs a record of each kind of cluster; none of these is ${evidence}.`);
  const byName = new Map(all.flatMap(({ judgements }) => judgements).map((judgement) => [judgement.name, judgement]));
  return { ...first, judgements: [...byName.values()] };
}

/** @throws UsageError when the file cannot be read as one */
export function readRecord(file: string): MutantsRecord {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as Partial<MutantsRecord>;
    if (record.judgements === undefined || record.evidence === undefined) throw new Error('it has no judgements');
    return record as MutantsRecord;
  } catch (error) {
    throw new UsageError(`${file} is no mutants.json that npm run mutants has written: ${(error as Error).message}.`);
  }
}
