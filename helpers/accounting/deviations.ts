import { inRange, type VersionRange } from '../report/range.ts';
import type { Difference } from './difference.ts';

/** Differences that a release is known to have on some releases of Kubernetes, and why. */
export interface AccountingDeviation {
  readonly id: string;
  readonly note: string;
  readonly exporter: VersionRange;
  readonly kubernetes: VersionRange;
  /** The resources whose samples and headers it concerns, as `--resources` names them. */
  readonly resources: readonly string[];
  readonly what: Difference['what'];
}

/** Each is a version of an API that the release asks for and the cluster does not serve, so that nothing of it is exposed. */
const accountingDeviations: readonly AccountingDeviation[] = [
  {
    id: 'horizontalpodautoscalers-v2beta2',
    note: 'Exporters before 2.7 ask for autoscaling/v2beta2, which Kubernetes does not serve from 1.26 on.',
    exporter: '>=2.3 <2.7',
    kubernetes: '>=1.26',
    resources: ['horizontalpodautoscalers'],
    what: 'missing',
  },
  {
    id: 'horizontalpodautoscalers-v2',
    note: 'Exporters from 2.7 on ask for autoscaling/v2, which Kubernetes serves from 1.23 on.',
    exporter: '>=2.7',
    kubernetes: '<1.23',
    resources: ['horizontalpodautoscalers'],
    what: 'missing',
  },
  {
    id: 'validatingadmissionpolicies-v1',
    note: 'The exporter asks for ValidatingAdmissionPolicy v1 and its binding, which Kubernetes serves from 1.30 on.',
    exporter: '>=2.20',
    kubernetes: '<1.30',
    resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
    what: 'missing',
  },
  {
    id: 'mutatingadmissionpolicies-v1',
    note: 'The exporter asks for MutatingAdmissionPolicy v1 and its binding, which Kubernetes serves from 1.36 on.',
    exporter: '>=2.20',
    kubernetes: '<1.36',
    resources: ['mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'],
    what: 'missing',
  },
];

/** The deviations that are declared for an exporter on a Kubernetes, both written as their tags: `v2.5.0`, `v1.34.1`. */
export function deviationsFor(exporter: string, kubernetes: string | undefined): readonly AccountingDeviation[] {
  if (kubernetes === undefined) return [];
  return accountingDeviations.filter((each) => inRange(exporter, each.exporter) && inRange(kubernetes, each.kubernetes));
}

/** The deviation that explains a difference, if one does. */
export function deviationOf(difference: Difference, declared: readonly AccountingDeviation[]): AccountingDeviation | undefined {
  const { resource, what } = difference;
  if (resource === undefined) return undefined;
  return declared.find((each) => each.what === what && each.resources.includes(resource));
}
