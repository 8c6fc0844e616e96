import type { Connection } from './connection.ts';

/** What a read-only client was to send, and did not: a fault of the suite. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
  constructor(what: string) {
    super(`${what} was not sent: this client only reads. What changes something needs a client of a run that may.`);
  }
}

/** @throws WriteRefused when the connection is one that only reads */
export function refuseSession({ readOnly }: Pick<Connection, 'readOnly'>, what: string): void {
  if (readOnly) throw new WriteRefused(what);
}
