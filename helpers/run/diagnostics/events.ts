import type { Event } from '../../kube/types.ts';
import type { Own } from './own.ts';

/** Whether an event is about what is the run's own, or about something gone that was in a namespace of its own. */
export function isOwnEvent({ involvedObject: { uid, namespace = '' } }: Event, own: Pick<Own, 'has' | 'namespaces'>): boolean {
  return own.has(uid) || own.namespaces.has(namespace);
}

export function eventLine({ lastTimestamp, eventTime, metadata, type, reason, message, involvedObject }: Event): string {
  const when = lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';
  const { kind, namespace = '', name } = involvedObject;
  return `${when} ${type} ${kind} ${namespace}/${name} ${reason}: ${message}`;
}
