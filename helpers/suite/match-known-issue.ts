import { inRange } from '../version.ts';
import { type KnownIssue, knownIssues } from './known-issues.ts';

/** What is known of a run's versions; without both, no known issue is expected. */
export interface RunVersions {
  /** Version of the exporter, `v2.5.0`. */
  readonly exporter?: string | undefined;
  /** Version of the API server, `v1.24.17+k3s1`. */
  readonly kubernetes?: string | undefined;
}

/** What a failure says of itself. */
export interface Failure {
  readonly id: string;
  readonly actual?: string;
  readonly observed?: string;
}

/** The known issues whose ranges hold both versions. */
export function expectedKnownIssues(
  { exporter, kubernetes }: RunVersions,
  declared: readonly KnownIssue[] = knownIssues,
): readonly KnownIssue[] {
  if (!exporter || !kubernetes) return [];
  return declared.filter((each) => inRange(exporter, each.exporter) && inRange(kubernetes, each.kubernetes));
}

/**
 * The known issue that explains a failure completely: every line must be its own, so that a second fault in the same
 * requirement is not excused with it.
 */
export function knownIssueOf(expected: readonly KnownIssue[], failure: Failure): KnownIssue | undefined {
  const lines = (failure.actual ?? failureText(failure)).split('\n').filter((line) => line.trim() !== '');
  return expected.find(
    ({ requirement, matches }) =>
      requirement === failure.id && (!matches || (lines.length > 0 && lines.every((line) => matches.test(line)))),
  );
}

/** What a failure shows, or that it shows nothing. */
export function failureText({ observed, actual }: Pick<Failure, 'observed' | 'actual'>): string {
  return observed || actual || 'The requirement failed without a message.';
}
