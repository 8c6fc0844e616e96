import type { KnownIssue } from '../accounting/known-issue.ts';
import { knownIssues } from '../accounting/known-issue-table.ts';
import { writeSeries } from '../accounting/series.ts';
import type { Sample } from '../exposition/model.ts';
import { inRange } from '../version.ts';

/** Repeated series, with and without a known issue. */
export interface Repeats {
  /** `kube_pod_tolerations{…} in line 17` */
  readonly repeated: readonly string[];
  /** The notes of the known issues that explain the other ones. */
  readonly knownRepeats: readonly string[];
}

/**
 * The series that an exposition has more than once.
 * @param samples that repeat a series
 * @param releases of the exporter and, if it is known, of Kubernetes
 */
export function repeatsIn(
  samples: readonly Sample[],
  releases: { readonly exporter: string; readonly kubernetes: string | undefined },
): Repeats {
  const issues = issuesOfRepeats(releases);
  const repeated: string[] = [];
  const knownRepeats = new Set<string>();
  for (const { name, labels, line } of samples) {
    const issue = issues.find(({ matches }) => matches?.test(name));
    if (issue) knownRepeats.add(issue.note);
    else repeated.push(`${writeSeries(name, labels)} in line ${line}`);
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
