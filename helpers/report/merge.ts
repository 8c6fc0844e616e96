import type { RequirementRecord } from '../requirement/record.ts';
import type { Deviation } from './deviations.ts';
import type { Partiality, RawStatus, RequirementResult } from './model.ts';
import { blameOf } from './prerequisites.ts';
import { inRange } from './range.ts';

/** What `settle` needs of a requirement's record. */
export type Declared = Pick<RequirementRecord, 'id' | 'area' | 'sentence' | 'level' | 'source' | 'needs'>;

/** How one run of a requirement ended, before prerequisites and deviations are considered. */
export interface RawResult {
  readonly id: string;
  readonly status: RawStatus;
  readonly durationMs: number;
  readonly reason?: string;
  readonly observed?: string;
  readonly wanted?: string;
  readonly seen?: string;
  readonly lookAt?: string;
}

export interface RunFacts {
  /** Version of the exporter, `v2.5.0`; without it no deviation is expected. */
  readonly exporter?: string | undefined;
  /** Version of the API server, `v1.24.17+k3s1`; without it no deviation is expected. */
  readonly kubernetes?: string | undefined;
  /** Requirements of no feature in the profile: id → reason. */
  readonly notApplicable?: ReadonlyMap<string, string>;
  /** Requirements that the user asked to leave out: id → reason. */
  readonly leftOut?: ReadonlyMap<string, string>;
}

export interface Settled {
  /** One a record, in the order of the records. */
  readonly requirements: readonly RequirementResult[];
  /** `came-about` outweighs `asked`. */
  readonly partial: Partiality | undefined;
}

/**
 * Turns what ran into what is reported: one defect gives one failure, a declared deviation is told from a failure, and
 * a requirement that did not run is never silently missing.
 * @throws an Error when a result belongs to no record.
 */
export function settle(
  results: readonly RawResult[],
  records: readonly Declared[],
  deviations: readonly Deviation[],
  facts: RunFacts,
): Settled {
  const raw = worstById(results, records);
  const expected = deviations.filter((deviation) => isExpected(deviation, facts));
  const blame = blameOf(records, (id) => {
    const result = raw.get(id);
    if (result?.status !== 'failed') return undefined;
    return occurred(expected, result) ? 'deviates' : 'failed';
  });
  let cameAbout = false;

  const requirements = records.map((record): RequirementResult => {
    const { id, area, sentence, level, source } = record;
    const told = { id, area, sentence, level, source };
    const result = raw.get(record.id);
    if (!result) {
      const notApplicable = facts.notApplicable?.get(record.id);
      if (notApplicable !== undefined) return { ...told, status: 'not-applicable', reason: notApplicable, durationMs: 0 };
      const leftOut = facts.leftOut?.get(record.id);
      cameAbout ||= leftOut === undefined;
      return { ...told, status: 'skipped', reason: leftOut ?? 'did not run', durationMs: 0 };
    }
    const seen: RequirementResult = { ...told, ...result };
    if (result.status === 'passed') return { ...seen, ...absence(expected, result.id) };
    if (result.status === 'not-applicable') return seen;
    const deviation = result.status === 'failed' ? occurred(expected, result) : undefined;
    if (deviation) return { ...seen, status: 'deviates', reason: deviation.note, deviation: deviation.id };
    const root = blame(record);
    if (root) return { ...seen, status: 'skipped', reason: `needs ${root.id}, which ${root.status}` };
    if (result.status === 'failed') return { ...seen, observed: textOf(result), ...otherFailure(expected, result.id) };
    cameAbout = true;
    return seen;
  });
  return { requirements, partial: cameAbout ? 'came-about' : facts.leftOut?.size ? 'asked' : undefined };
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

function isExpected(deviation: Deviation, { exporter, kubernetes }: RunFacts): boolean {
  if (!exporter || !kubernetes) return false;
  return inRange(exporter, deviation.exporter) && inRange(kubernetes, deviation.kubernetes);
}

/** Every line must be the deviation's own, so that a second fault in the same requirement is not excused with it. */
function occurred(expected: readonly Deviation[], result: RawResult): Deviation | undefined {
  const lines = (result.seen ?? textOf(result)).split('\n').filter((line) => line.trim() !== '');
  return expected.find(
    ({ requirement, matches }) =>
      requirement === result.id && (!matches || (lines.length > 0 && lines.every((line) => matches.test(line)))),
  );
}

function absence(expected: readonly Deviation[], id: string): Pick<RequirementResult, 'reason' | 'deviation'> | undefined {
  const deviation = expected.find(({ requirement }) => requirement === id);
  return deviation && { reason: `The declared deviation did not occur: ${deviation.note}`, deviation: deviation.id };
}

function otherFailure(expected: readonly Deviation[], id: string): Pick<RequirementResult, 'reason'> | undefined {
  const deviation = expected.find(({ requirement }) => requirement === id);
  return deviation && { reason: `This is not, or not only, the declared deviation ${deviation.id}.` };
}

function textOf({ observed, seen }: RawResult): string {
  return observed || seen || 'The requirement failed without a message.';
}
