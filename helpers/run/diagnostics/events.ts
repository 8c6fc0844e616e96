import type { KubernetesObject } from '../../kube/object.ts';
import type { Own } from './own.ts';

export interface Event extends KubernetesObject {
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
}

/** Whether an event is about what is the run's own, or about something gone that was in a namespace of its own. */
export function isOwnEvent({ involvedObject: { uid, namespace = '' } }: Event, own: Pick<Own, 'has' | 'namespaces'>): boolean {
  return own.has(uid) || own.namespaces.has(namespace);
}

export function eventLine({ lastTimestamp, eventTime, metadata, type, reason, message, involvedObject }: Event): string {
  const when = lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
  const { kind, namespace = '', name } = involvedObject;
  return `${when} ${type} ${kind} ${namespace}/${name} ${reason}: ${message}`;
}
