import type { Connection } from './connection.ts';

/** A read-only client was used for a write: a bug of the suite. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
  constructor(what: string) {
    super(`${what} was not sent: this client is read-only. Use a client of a run that may write.`);
  }
}

/** @throws WriteRefused for a read-only connection */
export function refuseSession({ readOnly }: Pick<Connection, 'readOnly'>, what: string): void {
  if (readOnly) throw new WriteRefused(what);
}

/** The reviews of the caller's own permissions, which are POSTed and not stored. Source: Kubernetes API, authorization and authentication. */
const selfReviews =
  /^\/apis\/(authorization\.k8s\.io\/v[^/]+\/selfsubject(access|rules)reviews|authentication\.k8s\.io\/v[^/]+\/selfsubjectreviews)$/;

/** Sessions that begin with GET and can still change a container or a node. */
const sessions = [/\/pods\/[^/]+\/(exec|attach|portforward)(\/|$)/i, /\/nodes\/[^/]+\/proxy(\/|$)/i];

/** Whether a path is one of the API server's proxy to a pod, a Service or a node. */
export function isProxied(path: string): boolean {
  return /\/(pods|services|nodes)\/[^/]+\/proxy(\/|$)/.test(decodedPath(path));
}

/**
 * Whether a request is a read: get, list, watch, or a review of the caller's own permissions.
 * @param path with or without a query
 */
export function isRead(method: string, path: string): boolean {
  const decoded = decodedPath(path);
  const verb = method.toUpperCase();
  if (verb === 'POST') return selfReviews.test(decoded);
  return (verb === 'GET' || verb === 'HEAD') && !sessions.some((session) => session.test(decoded));
}

/** The path as the API server reads it: without query and `..`, decoded. */
function decodedPath(path: string): string {
  const { pathname } = new URL(path, 'https://api-server');
  try {
    return decodeURIComponent(pathname);
  } catch {
    // The API server refuses what cannot be decoded.
    return pathname;
  }
}
