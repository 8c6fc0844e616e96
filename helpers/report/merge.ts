import type { KnownIssue } from '../accounting/known-issue.ts';
import { expectedKnownIssues, failureText, knownIssueOf, type RunVersions } from '../suite/known-failures.ts';
import type { RequirementRecord } from '../suite/record.ts';
import type { RawResult } from '../suite/result-file.ts';
import { blockerOf, causesOf } from './causes.ts';
import type { Partiality, RequirementResult } from './model.ts';

/** What `settle` reads of a requirement's record. */
export type Declared = Pick<RequirementRecord, 'id' | 'area' | 'sentence' | 'level' | 'source' | 'needs' | 'explainedBy'>;

export interface RunFacts extends RunVersions {
  /** False if the exporter exposes no custom resources. */
  readonly customResources?: boolean;
  /** Requirements of no feature in the profile: id → reason. */
  readonly notApplicable?: ReadonlyMap<string, string>;
  /** Requirements that the user deselected: id → reason. */
  readonly skipped?: ReadonlyMap<string, string>;
}

export interface Settled {
  /** One a record, in the order of the records. */
  readonly requirements: readonly RequirementResult[];
  /** `unverified` outweighs `selected`. */
  readonly partial: Partiality | undefined;
}

/**
 * Merges raw results into what is reported: a failure that another one explains carries its cause, a known issue is not a failure and
 * explains nothing but itself, and a requirement that was selected and not verified makes the run partial, unless a failure that makes the
 * run nonconformant is the reason.
 * @throws an Error when a result belongs to no record
 */
export function settle(
  results: readonly RawResult[],
  records: readonly Declared[],
  knownIssues: readonly KnownIssue[],
  facts: RunFacts,
): Settled {
  const raw = worstById(results, records);
  const byId = new Map(records.map((record) => [record.id, record]));
  const expected = expectedKnownIssues(facts, knownIssues);
  const possible = expected.filter(({ ofCustomResources }) => !ofCustomResources || facts.customResources !== false);
  const failed = new Set(
    [...raw.values()].filter((result) => result.status === 'failed' && !knownIssueOf(expected, result)).map(({ id }) => id),
  );
  const causes = causesOf(records, failed);
  let unverified = false;

  const requirements = records.map((record): RequirementResult => {
    const { id, area, sentence, level, source } = record;
    const declared = { id, area, sentence, level, source };
    const result = raw.get(id);
    if (!result) {
      const notApplicable = facts.notApplicable?.get(id);
      if (notApplicable !== undefined) return { ...declared, status: 'not-applicable', reason: notApplicable, durationMs: 0 };
      const deselected = facts.skipped?.get(id);
      unverified ||= deselected === undefined;
      return { ...declared, status: 'skipped', reason: deselected ?? 'did not run', durationMs: 0 };
    }
    const merged: RequirementResult = { ...declared, ...result };
    if (result.status === 'passed') return { ...merged, ...absence(possible, id) };
    if (result.status === 'not-applicable') return merged;
    if (result.status === 'skipped') {
      unverified = true;
      return merged;
    }
    if (result.status === 'blocked') {
      const blocker = blockerOf(record, records, failed);
      const causedBy = blocker && (causes.get(blocker) ?? blocker);
      unverified ||= causedBy === undefined || (level === 'must' && byId.get(causedBy)?.level !== 'must');
      if (blocker === undefined || causedBy === undefined) return merged;
      const because = causedBy === blocker ? '' : ` because of ${causedBy}`;
      return { ...merged, reason: `needs ${blocker}, which failed${because}`, causedBy };
    }
    const knownIssue = knownIssueOf(expected, result);
    if (knownIssue) return { ...merged, status: 'known-issue', reason: knownIssue.note, knownIssue: knownIssue.id };
    const causedBy = causes.get(id);
    const cause = causedBy === undefined ? {} : { causedBy };
    return { ...merged, observed: failureText(result), ...otherFailure(possible, id), ...cause };
  });
  return { requirements, partial: unverified ? 'unverified' : facts.skipped?.size ? 'selected' : undefined };
}

/** A requirement that was executed twice has its worst result: a second pass does not cancel a failure. */
function worstById(results: readonly RawResult[], records: readonly Declared[]): Map<string, RawResult> {
  const known = new Set(records.map(({ id }) => id));
  const order = { failed: 0, blocked: 1, skipped: 2, 'not-applicable': 3, passed: 4 };
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
