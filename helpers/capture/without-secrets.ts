import { lastApplied, withoutBookkeeping, withoutPayload } from '../kube/bookkeeping.ts';
import type { KubernetesObject } from '../kube/object.ts';

/**
 * The object as it may be kept: without the payload of a Secret or ConfigMap, without the copy that kubectl keeps of it in an
 * annotation, and without the record of who wrote which field.
 */
export function withoutSecrets(object: KubernetesObject): KubernetesObject {
  return withoutBookkeeping(withoutPayload(object));
}

/** The label under which an exporter shows that annotation when it is told to show all. */
const lastAppliedLabel = 'annotation_kubectl_kubernetes_io_last_applied_configuration=';

/**
 * Refuses an exposition that repeats objects as kubectl applied them: a Secret's data may be among it.
 * @throws an Error that says which argument to change
 */
export function refuseLastApplied(exposition: string): void {
  if (!exposition.includes(lastAppliedLabel)) return;
  throw new Error(
    `The exposition has the annotation ${lastApplied}, which may hold a Secret's data: nothing was written. ` +
      'Name the annotations in --metric-annotations-allowlist instead of asking for all.',
  );
}
