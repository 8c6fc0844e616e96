/** The reviews of the caller's own rights, which are POSTed and kept nowhere. Source: Kubernetes API, authorization and authentication. */
const selfReviews =
  /^\/apis\/(authorization\.k8s\.io\/v[^/]+\/selfsubject(access|rules)reviews|authentication\.k8s\.io\/v[^/]+\/selfsubjectreviews)$/;

/** GET all the same, and still a session in which a container or a node does what it is sent. */
const sessions = [/\/pods\/[^/]+\/(exec|attach|portforward)(\/|$)/i, /\/nodes\/[^/]+\/proxy(\/|$)/i];

/** Whether a path leads through the API server to a pod, a Service or a node, whose answer is not the API server's. */
export function isProxied(path: string): boolean {
  return /\/(pods|services|nodes)\/[^/]+\/proxy(\/|$)/.test(decodedPath(path));
}

/**
 * Whether a request changes nothing in the cluster: get, list, watch, and reviews of the caller's own rights.
 * @param path with or without a query
 */
export function isRead(method: string, path: string): boolean {
  const decoded = decodedPath(path);
  const verb = method.toUpperCase();
  if (verb === 'POST') return selfReviews.test(decoded);
  return (verb === 'GET' || verb === 'HEAD') && !sessions.some((session) => session.test(decoded));
}

/** The path as the API server understands it: without a query, without steps up, and decoded. */
function decodedPath(path: string): string {
  const { pathname } = new URL(path, 'https://api-server');
  try {
    return decodeURIComponent(pathname);
  } catch {
    // What cannot be decoded is as the API server will refuse it.
    return pathname;
  }
}
