import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { redactStrings } from '../redaction/text.ts';
import { formatDuration } from '../report/words.ts';
import type { Fate, Judgement } from './judgement.ts';

/** The judgements of a run of the mutants: the contents of `mutants.json`. */
export interface MutantsRecord {
  readonly evidence: 'live' | 'simulated';
  /** The release of the cluster: `v1.24.17`. */
  readonly kubernetes: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly judgements: readonly Judgement[];
}

/** Writes `mutants.json` for programs and `mutants.md` for people, both redacted. */
export function writeRecord(directory: string, record: MutantsRecord): void {
  mkdirSync(directory, { recursive: true });
  const safe = redactStrings(record);
  writeFileSync(join(directory, 'mutants.json'), `${JSON.stringify(safe, undefined, 2)}\n`);
  writeFileSync(join(directory, 'mutants.md'), markdownTable(safe.judgements));
}

/**
 * Merges the records of one kind of cluster, as some mutants need a cluster of their own.
 * @param records the last judgement of a mutant replaces earlier ones
 * @throws UsageError when there is none of that kind
 */
export function mergeRecords(records: readonly MutantsRecord[], evidence: MutantsRecord['evidence']): MutantsRecord {
  const ofKind = records.filter((record) => record.evidence === evidence);
  const [first] = ofKind;
  if (!first) throw new UsageError(`--compare needs a record of each kind of cluster; none of these is ${evidence}.`);
  const byName = new Map(ofKind.flatMap(({ judgements }) => judgements).map((judgement) => [judgement.name, judgement]));
  return { ...first, judgements: [...byName.values()] };
}

/** Reads a `mutants.json`. @throws UsageError when the file is not one */
export function readRecord(file: string): MutantsRecord {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as Partial<MutantsRecord>;
    if (record.judgements === undefined || record.evidence === undefined) throw new Error('it has no judgements');
    return record as MutantsRecord;
  } catch (error) {
    throw new UsageError(`${file} is not a mutants.json of npm run mutants: ${(error as Error).message}.`);
  }
}

type Side = Pick<MutantsRecord, 'evidence' | 'judgements'>;

/**
 * Compares the fates of mutants in two clusters, and the statuses of all requirements that were verified for them. This tests the
 * simulated cluster: every defect must have the same effect in it as in a real one.
 * @returns the differences, a line each
 */
export function disagreements(left: Side, right: Side): readonly string[] {
  const names = [...new Set([...left.judgements, ...right.judgements].map(({ name }) => name))];
  return names.flatMap((name) => {
    const [inLeft, inRight] = [left, right].map(({ judgements }) => judgements.find((judgement) => judgement.name === name));
    if (!inLeft || !inRight) return [`${name}: only verified ${(inLeft ? left : right).evidence}`];
    return differencesOf(inLeft, inRight).map((difference) => `${name}: ${difference}`);
  });
}

function differencesOf(left: Judgement, right: Judgement): readonly string[] {
  const ids = [...new Set([...Object.keys(left.statuses), ...Object.keys(right.statuses)])];
  const statuses = ids
    .map((id) => ({ id, pair: [left, right].map(({ statuses }) => statuses[id] ?? 'not verified') }))
    .filter(({ pair }) => pair[0] !== pair[1])
    .map(({ id, pair }) => `${id} ${pair.join(' and ')}`);
  return left.fate === right.fate ? statuses : [`${left.fate} and ${right.fate}`, ...statuses];
}

/** A Markdown table: a row for each mutant. */
export function markdownTable(judgements: readonly Judgement[]): string {
  const rows = judgements.map(
    (judgement) =>
      `| ${judgement.sentence} | ${formatIds(judgement.expected)} | ${fateCell(judgement)} | ${(judgement.durationMs / 1000).toFixed(1)} s |`,
  );
  return ['| defect | must fail | what happened | time |', '| --- | --- | --- | ---: |', ...rows, ''].join('\n');
}

const words: Readonly<Record<Fate, string>> = {
  killed: 'killed',
  'killed-by-another': 'killed by another requirement',
  survived: 'survived',
  error: 'error',
};

function fateCell({ fate, failed }: Judgement): string {
  if (fate === 'killed') return words[fate];
  return `**${words[fate]}**${failed.length > 0 ? `: ${formatIds(failed)}` : ''}`;
}

function formatIds(ids: readonly string[]): string {
  return ids.map((id) => `\`${id}\``).join(', ');
}

/** A judgement for the terminal: one line, and the reasons unless the mutant was killed. */
export function progressLine({ name, fate, failed, expected, observations, durationMs }: Judgement): string {
  const head = `${fate === 'killed' ? '✓' : '✗'} ${name}  ${words[fate]}  ${(durationMs / 1000).toFixed(1)} s`;
  if (fate === 'killed') return head;
  const reasons = Object.entries(observations).map(
    ([id, observation]) => `      ${id}: ${observation.split('\n').slice(0, 3).join(' / ').slice(0, 400)}`,
  );
  return [head, `    expected ${expected.join(', ')}`, `    failed ${failed.join(', ') || 'none'}`, ...reasons].join('\n');
}

/**
 * `71 mutants in 2 min 3 s: 70 killed, 1 survived (role-may-evict)`
 * @param expected the number of mutants that were to be verified
 */
export function summary(judgements: readonly Judgement[], durationMs: number, expected: number): string {
  const counts = (Object.keys(words) as Fate[])
    .map((fate) => ({ fate, names: judgements.filter((judgement) => judgement.fate === fate).map(({ name }) => name) }))
    .filter(({ names }) => names.length > 0)
    .map(({ fate, names }) => `${names.length} ${words[fate]}${fate === 'killed' ? '' : ` (${names.join(', ')})`}`);
  const missing = expected - judgements.length;
  const rest = missing > 0 ? [`${missing} not verified`] : [];
  return `${judgements.length} mutants in ${formatDuration(durationMs)}: ${[...counts, ...rest].join(', ')}`;
}
