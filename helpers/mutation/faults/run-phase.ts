import type { ProxiedRequestWithBody } from '../../suite/mutant/interference.ts';

/** The phase of a run, as it follows from its requests. */
export type RunPhase = 'discovery' | 'preflight' | 'install' | 'fixtures' | 'verify' | 'diagnostics' | 'removal';

const discoveryPath = /^\/(version|api|apis|api\/v1|apis\/[^/]+\/[^/]+)$/;
const runName = /^conformance-[0-9a-f]{6}/;

/** Determines the phases of one run from its requests, in the order of their arrival. */
export class RunPhases {
  private current: 'discovery' | 'preflight' | 'creation' | 'verify' | 'diagnostics' | 'removal' = 'discovery';

  /** The phase of a request, which may be the first of its phase. */
  phaseOf(passing: ProxiedRequestWithBody): RunPhase {
    this.advance(passing);
    const phase = this.current === 'creation' ? partOfCreation(passing) : this.current;
    // The Deployment is installed last: the requests after it verify.
    if (this.current === 'creation' && isWrite(passing) && isDeploymentOfTarget(passing)) this.current = 'verify';
    return phase;
  }

  private advance(passing: ProxiedRequestWithBody): void {
    if (this.current === 'discovery' && !discoveryPath.test(passing.path)) this.current = 'preflight';
    if (this.current === 'preflight' && isWrite(passing) && !isLock(passing)) this.current = 'creation';
    if (this.current === 'verify' && (isEventList(passing) || isListOfRun(passing))) this.current = 'diagnostics';
    if (passing.method === 'DELETE' && ['creation', 'verify', 'diagnostics'].includes(this.current)) this.current = 'removal';
  }
}

/** The name of the object of a request: from the path, or from the body of a POST. */
function nameOf({ method, path, headers, body }: ProxiedRequestWithBody): string {
  if (method !== 'POST' || !headers['content-type']?.includes('json')) return path.split('/').at(-1) ?? '';
  return (JSON.parse(body) as { metadata?: { name?: string } }).metadata?.name ?? '';
}

/** The id of the run that sends a request, from names and labels. */
export function runIdIn({ path, body }: ProxiedRequestWithBody): string | undefined {
  const found = /conformance-([0-9a-f]{6})\b/.exec(path) ?? /"conformance\.kube-state-metrics\/run":"([0-9a-f]{6})"/.exec(body);
  return found?.[1];
}

function isWrite({ method, path, query }: ProxiedRequestWithBody): boolean {
  const isReview = path.startsWith('/apis/authorization.k8s.io/') || path.startsWith('/apis/authentication.k8s.io/');
  return method !== 'GET' && method !== 'DELETE' && !isReview && !path.endsWith('/token') && !query.has('dryRun');
}

/** The run's lock, a Lease in a namespace that is not the run's own. */
function isLock(passing: ProxiedRequestWithBody): boolean {
  return passing.path.includes('/leases') && !runName.test(namespaceOf(passing));
}

function partOfCreation(passing: ProxiedRequestWithBody): 'install' | 'fixtures' {
  return runName.test(namespaceOf(passing)) || runName.test(nameOf(passing)) ? 'fixtures' : 'install';
}

function isDeploymentOfTarget(passing: ProxiedRequestWithBody): boolean {
  return passing.path.includes('/deployments') && !runName.test(namespaceOf(passing));
}

function namespaceOf({ path }: ProxiedRequestWithBody): string {
  return /\/namespaces\/([^/]+)/.exec(path)?.[1] ?? '';
}

/** Diagnostics list the events of the whole cluster; a wait for images lists those of a namespace. */
function isEventList({ method, path }: ProxiedRequestWithBody): boolean {
  return method === 'GET' && path === '/api/v1/events';
}

/** Pods of the run are listed while it verifies; its objects of other kinds only for diagnostics, as removal uses uids. */
function isListOfRun({ method, path, query }: ProxiedRequestWithBody): boolean {
  return (
    method === 'GET' &&
    !path.endsWith('/pods') &&
    (query.get('labelSelector') ?? '').startsWith('conformance.kube-state-metrics/run')
  );
}
