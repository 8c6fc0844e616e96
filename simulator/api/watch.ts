import type { ServerResponse } from 'node:http';
import type { Stored } from '../objects.ts';
import type { Store, StoreEvent } from '../store.ts';
import { inVersion, selection } from './objects.ts';
import type { Asked } from './request.ts';

/** Streams what happens to the objects that a request selects, from its version on, until its time is over. */
export function watch(store: Store, request: Asked, response: ServerResponse): void {
  const { resource, namespace, query, apiVersion } = request;
  const isSelected = selection(query);
  const isMeant = (object: Stored) => (namespace === undefined || object.metadata.namespace === namespace) && isSelected(object);
  const send = (type: string, object: unknown) => response.write(`${JSON.stringify({ type, object })}\n`);
  const tell = ({ type, object, previous }: StoreEvent) => {
    const before = previous !== undefined && isMeant(previous);
    const now = type !== 'DELETED' && isMeant(object);
    if (now) send(before ? 'MODIFIED' : 'ADDED', inVersion(object, apiVersion));
    else if (before) send('DELETED', inVersion(object, apiVersion));
  };

  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.flushHeaders();
  const from = query.get('resourceVersion') ?? '';
  const missed = from === '' || from === '0' ? [] : store.eventsAfter(Number(from));
  if (missed === undefined) {
    send('ERROR', { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410, message: 'too old resource version' });
    response.end();
    return;
  }
  if (from === '' || from === '0') {
    for (const object of store.list(resource.key).filter(isMeant)) send('ADDED', inVersion(object, apiVersion));
  }
  for (const event of missed) if (event.resource === resource.key) tell(event);
  const unlisten = store.listen((event) => {
    if (event.resource === resource.key) tell(event);
  });
  const timeout = query.get('timeoutSeconds');
  const end = () => {
    unlisten();
    response.end();
  };
  const timer = timeout === null ? undefined : setTimeout(end, Number(timeout) * 1000);
  response.on('close', () => {
    unlisten();
    clearTimeout(timer);
  });
}
