import type { KubernetesObject } from '../object.ts';
import { runLabel } from '../run-label.ts';

interface Managed extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { readonly managedFields?: readonly { readonly manager?: string }[] };
}

/** Says who created an object, as far as it says so itself: by whom it is managed, since when it exists, and of which run it claims to be. */
export function whoseIs(object: KubernetesObject): string {
  const { labels, creationTimestamp, managedFields = [] } = (object as Managed).metadata;
  const managers = [...new Set(managedFields.map(({ manager }) => manager ?? ''))].filter((manager) => manager !== '');
  const managedBy = labels?.['app.kubernetes.io/managed-by'];
  const run = labels?.[runLabel];
  const facts = [
    ...(creationTimestamp === undefined ? [] : [`created at ${creationTimestamp}`]),
    ...(managedBy === undefined ? [] : [`managed by ${managedBy}`]),
    ...(managers.length === 0 ? [] : [`its fields set by ${managers.join(', ')}`]),
    ...(run === undefined ? [] : [`with the label of run ${run}`]),
  ];
  return facts.length === 0 ? 'It does not say who created it.' : `It is there ${facts.join('; ')}.`;
}
