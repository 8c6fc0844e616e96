import { type Feature, features } from '../exporter/profile.ts';
import type { RequirementRecord } from '../suite/record.ts';
import type { Outcome } from '../suite/result-file.ts';
import { causesOf } from './causes.ts';
import type { Report, UnpromisedFeature, UnpromisedResult } from './model.ts';
import { firstIds, firstLineOf, marks, plural } from './words.ts';

type Declared = Pick<RequirementRecord, 'id' | 'feature' | 'sentence' | 'needs' | 'explainedBy'>;

/**
 * The features that the profile does not promise, and whether the deployment would meet them.
 * @param records of all requirements
 * @param notPromised the requirements of these features: id → why it is not verified, undefined where it is
 * @param results of what was verified, with others
 * @returns one a feature, in the order of the features; its failures that no other one explains come first
 */
export function unpromisedFeatures(
  records: readonly Declared[],
  notPromised: ReadonlyMap<string, string | undefined>,
  results: readonly Outcome[],
): readonly UnpromisedFeature[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  const failed = new Set(results.filter(({ id, status }) => notPromised.has(id) && status === 'failed').map(({ id }) => id));
  const causes = causesOf(records, failed);
  return (Object.keys(features) as readonly Feature[]).flatMap((feature) => {
    const members = records.filter((record) => record.feature === feature && notPromised.has(record.id));
    if (members.length === 0) return [];
    const judged = members
      .map((record) => resultOf(record, notPromised.get(record.id), byId.get(record.id)))
      .sort((a, b) => Number(causes.has(a.id)) - Number(causes.has(b.id)));
    return [{ feature, sentence: features[feature], outcome: outcomeOf(judged), requirements: judged }];
  });
}

function resultOf({ id, sentence }: Declared, notVerified: string | undefined, result: Outcome | undefined): UnpromisedResult {
  const declared = { id, sentence };
  if (result === undefined) return { ...declared, status: 'skipped', reason: notVerified ?? 'did not run' };
  const { status, infrastructure, isKnownIssue, reason, expected, actual } = result;
  if (status === 'passed') return { ...declared, status };
  if (infrastructure !== undefined) return { ...declared, status: 'skipped', reason: `The cluster failed: ${infrastructure}` };
  if (isKnownIssue) return { ...declared, status: 'skipped', reason: 'It fails as a known issue of this release does.' };
  if (status !== 'failed') return { ...declared, status: 'skipped', reason: reason ?? status };
  return {
    ...declared,
    status,
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
  };
}

function outcomeOf(results: readonly UnpromisedResult[]): UnpromisedFeature['outcome'] {
  if (results.some(({ status }) => status === 'failed')) return 'not-met';
  return results.some(({ status }) => status === 'passed') ? 'met' : 'not-verified';
}

/** How a feature that is not promised ended, as the end of a sentence: `would be met`. */
export const outcomeWords: Readonly<Record<UnpromisedFeature['outcome'], string>> = {
  met: 'would be met',
  'not-met': 'would not be met',
  'not-verified': 'not verified',
};

/**
 * Why a feature ended as it did, on one line: `dns/headless and 2 more: expected only addresses of pods; actual 10.43.0.1, the cluster IP`, the
 * reason why nothing was verified, or how many of its requirements were.
 */
export function explanationOf({ outcome, requirements }: UnpromisedFeature): string {
  const [first] = requirements;
  if (outcome === 'not-met') {
    const failed = requirements.filter(({ status }) => status === 'failed');
    // What was observed says little without what a requirement that nobody chose expects.
    const expected = failed[0]?.expected?.trim().split('\n')[0];
    return `${firstIds(failed, 1)}: ${expected === undefined ? '' : `expected ${expected}; actual `}${firstLineOf(failed[0] ?? {})}`;
  }
  if (outcome === 'not-verified') return first?.reason ?? '';
  const verified = requirements.filter(({ status }) => status === 'passed').length;
  return `${verified} of ${requirements.length} requirements verified`;
}

/** Why the features are listed, as one sentence. */
export function unpromisedSentence({ profile, notPromised = [] }: Pick<Report, 'profile' | 'notPromised'>): string {
  const met = notPromised.filter(({ outcome }) => outcome === 'met').length;
  return `Of ${plural(notPromised.length, 'feature')} that the profile ${profile} does not promise, ${met} would be met; none counts in the verdict.`;
}

export const outcomeMarks: Readonly<Record<UnpromisedFeature['outcome'], string>> = {
  met: marks.passed,
  'not-met': marks.failed,
  'not-verified': marks['not-applicable'],
};
