import { inRange, type VersionRange } from '../version.ts';
import type { Difference } from './difference.ts';

/** Differences that releases of the exporter are known to have on releases of Kubernetes, with the reason. */
export interface AccountingKnownIssue {
  readonly id: string;
  readonly note: string;
  readonly exporter: VersionRange;
  readonly kubernetes: VersionRange;
  /** The affected resources, as in `--resources`. */
  readonly resources: readonly string[];
  readonly what: Difference['what'];
}

/** The exporter lists an API version that the cluster does not serve, so it exposes nothing of the resource. */
const accountingKnownIssues: readonly AccountingKnownIssue[] = [
  {
    id: 'horizontalpodautoscalers-v2beta2',
    note: 'Exporters before 2.7 list autoscaling/v2beta2, which Kubernetes no longer serves from 1.26 on.',
    exporter: '>=2.3 <2.7',
    kubernetes: '>=1.26',
    resources: ['horizontalpodautoscalers'],
    what: 'missing',
  },
  {
    id: 'horizontalpodautoscalers-v2',
    note: 'Exporters from 2.7 on list autoscaling/v2, which Kubernetes serves from 1.23 on.',
    exporter: '>=2.7',
    kubernetes: '<1.23',
    resources: ['horizontalpodautoscalers'],
    what: 'missing',
  },
  {
    id: 'validatingadmissionpolicies-v1',
    note: 'The exporter lists ValidatingAdmissionPolicy v1 and its binding, which Kubernetes serves from 1.30 on.',
    exporter: '>=2.20',
    kubernetes: '<1.30',
    resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
    what: 'missing',
  },
  {
    id: 'mutatingadmissionpolicies-v1',
    note: 'The exporter lists MutatingAdmissionPolicy v1 and its binding, which Kubernetes serves from 1.36 on.',
    exporter: '>=2.20',
    kubernetes: '<1.36',
    resources: ['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'],
    what: 'missing',
  },
];

/** The known issues of a release of the exporter, `v2.5.0`, on a release of Kubernetes, `v1.34.1`. */
export function knownIssuesFor(exporter: string, kubernetes: string | undefined): readonly AccountingKnownIssue[] {
  if (kubernetes === undefined) return [];
  return accountingKnownIssues.filter((issue) => inRange(exporter, issue.exporter) && inRange(kubernetes, issue.kubernetes));
}

/** The known issue that explains a difference; undefined if there is none. */
export function knownIssueOf(
  difference: Difference,
  declared: readonly AccountingKnownIssue[],
): AccountingKnownIssue | undefined {
  const { resource, what } = difference;
  if (resource === undefined) return undefined;
  return declared.find((issue) => issue.what === what && issue.resources.includes(resource));
}
