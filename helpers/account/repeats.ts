import type { KnownIssue } from '../accounting/known-issue.ts';
import { knownIssues } from '../accounting/known-issue-table.ts';
import { writeSeries } from '../accounting/series.ts';
import type { Exposition, Violation } from '../exposition/model.ts';
import { inRange } from '../version.ts';

/** Repeated series, with and without a known issue. */
export interface Repeats {
  /** `kube_pod_tolerations{…} in line 17` */
  readonly repeated: readonly string[];
  /** The notes of the known issues that explain the other ones. */
  readonly knownRepeats: readonly string[];
}

/**
 * The series that an exposition has more than once, from the reader's violations.
 * @param releases of the exporter and, if it is known, of Kubernetes
 */
export function repeatsIn(
  { families }: Exposition,
  violations: readonly Violation[],
  releases: { readonly exporter: string; readonly kubernetes: string | undefined },
): Repeats {
  const lines = new Set(violations.filter(({ rule }) => rule === 'duplicate-series').map(({ line }) => line));
  if (lines.size === 0) return { repeated: [], knownRepeats: [] };
  const issues = issuesOfRepeats(releases);
  const repeated: string[] = [];
  const knownRepeats = new Set<string>();
  for (const { samples } of families.values()) {
    for (const { name, labels, line } of samples) {
      if (!lines.has(line)) continue;
      const issue = issues.find(({ matches }) => matches?.test(name));
      if (issue) knownRepeats.add(issue.note);
      else repeated.push(`${writeSeries(name, labels)} in line ${line}`);
    }
  }
  return { repeated, knownRepeats: [...knownRepeats] };
}

/** The known issues of the releases that repeat series; an issue of certain releases of Kubernetes needs a known one. */
function issuesOfRepeats({ exporter, kubernetes }: { exporter: string; kubernetes: string | undefined }): readonly KnownIssue[] {
  return knownIssues.filter(
    (issue) =>
      issue.objects?.effect === 'repeat' &&
      inRange(exporter, issue.exporter) &&
      (issue.kubernetes === '*' || (kubernetes !== undefined && inRange(kubernetes, issue.kubernetes))),
  );
}
