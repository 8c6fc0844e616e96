import { randomBytes } from 'node:crypto';
import type { KubernetesObject } from './object.ts';

/** The label that everything carries that a run creates: objects, containers, networks. Its value is the run's id. Of objects it proves nothing. */
export const runLabel = 'conformance.kube-state-metrics/run';

/** The annotation that proves, where a run was killed between a request and its answer, that the object is the run's: RUN/NONCE. */
export const createdBy = 'conformance.kube-state-metrics/created-by';

/** The object with the run's label. */
export function labelled<O extends KubernetesObject>(object: O, run: string): O {
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [runLabel]: run } } };
}

/** Short, unique enough for one Docker host, and valid in every name. */
export function newRunId(): string {
  return randomBytes(3).toString('hex');
}
