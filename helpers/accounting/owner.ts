import type { KubernetesObject } from '../kube/object.ts';
import type { Context, Expected } from './table.ts';

/** What the exporter writes where there is nothing to name: `<none>` before 2.8, nothing from then on. */
export function absent(context: Context): string {
  return context.since('2.8') ? '' : '<none>';
}

/** The samples of `kube_pod_owner` and its like: one for each owner, or one that says that there is none. */
export function ownerSamples(object: KubernetesObject, context: Context): readonly Expected[] {
  const owners = object.metadata.ownerReferences ?? [];
  if (owners.length === 0) {
    const none = absent(context);
    return [{ labels: { owner_kind: none, owner_name: none, owner_is_controller: none }, value: 1 }];
  }
  return owners.map((owner) => ({
    labels: { owner_kind: owner.kind, owner_name: owner.name, owner_is_controller: String(owner.controller ?? false) },
    value: 1,
  }));
}
