import type { KnownIssue } from '../accounting/known-issue.ts';
import { knownIssues } from '../accounting/known-issue-table.ts';
import { inRange } from '../version.ts';

/** The versions of a run; without both, no known issue is expected. */
export interface RunVersions {
  /** The exporter's: `v2.5.0`. */
  readonly exporter?: string | undefined;
  /** The API server's: `v1.24.17+k3s1`. */
  readonly kubernetes?: string | undefined;
}

/** What a failure observed. */
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
  return declared.filter((issue) => inRange(exporter, issue.exporter) && inRange(kubernetes, issue.kubernetes));
}

/**
 * The known issue that explains a failure completely: every line must match it, so that a second fault in the same requirement is not
 * excused with it.
 */
export function knownIssueOf(expected: readonly KnownIssue[], failure: Failure): KnownIssue | undefined {
  const lines = (failure.actual ?? failureText(failure)).split('\n').filter((line) => line.trim() !== '');
  return expected.find(
    ({ requirement: id, matches }) =>
      id === failure.id && (!matches || (lines.length > 0 && lines.every((line) => matches.test(line)))),
  );
}

/** What a failure observed, or that it observed nothing. */
export function failureText({ observed, actual }: Pick<Failure, 'observed' | 'actual'>): string {
  return observed || actual || 'The requirement failed without a message.';
}
