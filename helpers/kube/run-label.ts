import { randomBytes } from 'node:crypto';
import type { KubernetesObject } from './object.ts';

/** The label of everything that a run creates: objects, containers, networks. Its value is the run's id. It does not prove that an object is the run's. */
export const runLabel = 'conformance.kube-state-metrics/run';

/** The annotation RUN/NONCE, which proves that an object is the run's, also if the run was killed before the response. */
export const createdBy = 'conformance.kube-state-metrics/created-by';

/** The object with the run's label. */
export function labelled<O extends KubernetesObject>(object: O, run: string): O {
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [runLabel]: run } } };
}

/** Six hexadecimal digits: unique enough for one Docker host, and valid in every name. */
export function newRunId(): string {
  return randomBytes(3).toString('hex');
}
