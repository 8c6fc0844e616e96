import type { KnownIssue } from '../suite/known-issues.ts';
import { expectedKnownIssues, failureText, knownIssueOf, type RunVersions } from '../suite/match-known-issue.ts';
import type { RequirementRecord } from '../suite/record.ts';
import type { RawResult } from '../suite/result-file.ts';
import type { Partiality, RequirementResult } from './model.ts';
import { blameOf } from './prerequisites.ts';

/** What `settle` needs of a requirement's record. */
export type Declared = Pick<RequirementRecord, 'id' | 'area' | 'sentence' | 'level' | 'source' | 'needs'>;

export interface RunFacts extends RunVersions {
  /** Requirements of no feature in the profile: id → reason. */
  readonly notApplicable?: ReadonlyMap<string, string>;
  /** Requirements that the user asked to leave out: id → reason. */
  readonly skipped?: ReadonlyMap<string, string>;
}

export interface Settled {
  /** One a record, in the order of the records. */
  readonly requirements: readonly RequirementResult[];
  /** `came-about` outweighs `asked`. */
  readonly partial: Partiality | undefined;
}

/**
 * Turns what ran into what is reported: one defect gives one failure, a known issue is not a failure, and a requirement that
 * was to be verified and was not makes the run partial unless a failure explains it. A known issue explains nothing but
 * itself: what needs a requirement with a known issue runs all the same, and is judged on its own.
 * @throws an Error when a result belongs to no record.
 */
export function settle(
  results: readonly RawResult[],
  records: readonly Declared[],
  knownIssues: readonly KnownIssue[],
  facts: RunFacts,
): Settled {
  const raw = worstById(results, records);
  const expected = expectedKnownIssues(facts, knownIssues);
  const blame = blameOf(records, (id) => {
    const result = raw.get(id);
    return result?.status === 'failed' && !knownIssueOf(expected, result);
  });
  let cameAbout = false;

  const requirements = records.map((record): RequirementResult => {
    const { id, area, sentence, level, source } = record;
    const told = { id, area, sentence, level, source };
    const result = raw.get(record.id);
    if (!result) {
      const notApplicable = facts.notApplicable?.get(record.id);
      if (notApplicable !== undefined) return { ...told, status: 'not-applicable', reason: notApplicable, durationMs: 0 };
      const leftOut = facts.skipped?.get(record.id);
      cameAbout ||= leftOut === undefined;
      return { ...told, status: 'skipped', reason: leftOut ?? 'did not run', durationMs: 0 };
    }
    const seen: RequirementResult = { ...told, ...result };
    if (result.status === 'passed') return { ...seen, ...absence(expected, result.id) };
    if (result.status === 'not-applicable') return seen;
    const knownIssue = result.status === 'failed' ? knownIssueOf(expected, result) : undefined;
    if (knownIssue) return { ...seen, status: 'known-issue', reason: knownIssue.note, knownIssue: knownIssue.id };
    const root = blame(record);
    if (root) return { ...seen, status: 'skipped', reason: `needs ${root}, which failed` };
    if (result.status === 'failed') return { ...seen, observed: failureText(result), ...otherFailure(expected, result.id) };
    cameAbout = true;
    return seen;
  });
  return { requirements, partial: cameAbout ? 'came-about' : facts.skipped?.size ? 'asked' : undefined };
}

/** A requirement that ran twice is as good as its worst run: a second try does not undo a failure. */
function worstById(results: readonly RawResult[], records: readonly Declared[]): Map<string, RawResult> {
  const known = new Set(records.map(({ id }) => id));
  const order = { failed: 0, skipped: 1, 'not-applicable': 2, passed: 3 };
  const byId = new Map<string, RawResult>();
  for (const result of results) {
    if (!known.has(result.id)) throw new Error(`A result came for "${result.id}", which no spec declares as a requirement.`);
    const earlier = byId.get(result.id);
    if (!earlier || order[result.status] < order[earlier.status]) byId.set(result.id, result);
  }
  return byId;
}

function absence(expected: readonly KnownIssue[], id: string): Pick<RequirementResult, 'reason' | 'knownIssue'> | undefined {
  const knownIssue = expected.find(({ requirement }) => requirement === id);
  return knownIssue && { reason: `The known issue did not occur: ${knownIssue.note}`, knownIssue: knownIssue.id };
}

function otherFailure(expected: readonly KnownIssue[], id: string): Pick<RequirementResult, 'reason'> | undefined {
  const knownIssue = expected.find(({ requirement }) => requirement === id);
  return knownIssue && { reason: `This is not, or not only, the known issue ${knownIssue.id}.` };
}
