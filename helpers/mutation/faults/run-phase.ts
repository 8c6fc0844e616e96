import type { ProxiedRequestWithBody } from '../../suite/mutant/interference.ts';

/** What a run is at, as its requests show it. */
export type RunPhase = 'discovery' | 'preflight' | 'install' | 'fixtures' | 'verify' | 'diagnostics' | 'removal';

const discoveryPath = /^\/(version|api|apis|api\/v1|apis\/[^/]+\/[^/]+)$/;
const runName = /^conformance-[0-9a-f]{6}/;

/** Follows one run by its requests, in the order in which they arrive. */
export class RunPhases {
  private stage: 'discovery' | 'preflight' | 'making' | 'verify' | 'diagnostics' | 'removal' = 'discovery';

  /** The phase that this request belongs to; it may be the first of its phase. */
  of(passing: ProxiedRequestWithBody): RunPhase {
    this.advance(passing);
    const phase = this.stage === 'making' ? partOfMaking(passing) : this.stage;
    // The Deployment is the last that is installed: what comes after it verifies.
    if (this.stage === 'making' && isWrite(passing) && isDeploymentOfTarget(passing)) this.stage = 'verify';
    return phase;
  }

  private advance(passing: ProxiedRequestWithBody): void {
    if (this.stage === 'discovery' && !discoveryPath.test(passing.path)) this.stage = 'preflight';
    if (this.stage === 'preflight' && isWrite(passing) && !isLock(passing)) this.stage = 'making';
    if (this.stage === 'verify' && (isEventList(passing) || isListOfRun(passing))) this.stage = 'diagnostics';
    if (passing.method === 'DELETE' && ['making', 'verify', 'diagnostics'].includes(this.stage)) this.stage = 'removal';
  }
}

/** The name of the object that a request is about: in the path, or of what is posted in the body. */
function nameOf({ method, path, headers, body }: ProxiedRequestWithBody): string {
  if (method !== 'POST' || !headers['content-type']?.includes('json')) return path.split('/').at(-1) ?? '';
  return (JSON.parse(body) as { metadata?: { name?: string } }).metadata?.name ?? '';
}

/** The id of the run that sends a request, as names and labels show it. */
export function runIdIn({ path, body }: ProxiedRequestWithBody): string | undefined {
  const shown = /conformance-([0-9a-f]{6})\b/.exec(path) ?? /"conformance\.kube-state-metrics\/run":"([0-9a-f]{6})"/.exec(body);
  return shown?.[1];
}

function isWrite({ method, path, query }: ProxiedRequestWithBody): boolean {
  const isReview = path.startsWith('/apis/authorization.k8s.io/') || path.startsWith('/apis/authentication.k8s.io/');
  return method !== 'GET' && method !== 'DELETE' && !isReview && !path.endsWith('/token') && !query.has('dryRun');
}

/** The run's lock is a Lease, and nothing that is under test. */
function isLock(passing: ProxiedRequestWithBody): boolean {
  return passing.path.includes('/leases') && !runName.test(namespaceOf(passing));
}

function partOfMaking(passing: ProxiedRequestWithBody): 'install' | 'fixtures' {
  return runName.test(namespaceOf(passing)) || runName.test(nameOf(passing)) ? 'fixtures' : 'install';
}

function isDeploymentOfTarget(passing: ProxiedRequestWithBody): boolean {
  return passing.path.includes('/deployments') && !runName.test(namespaceOf(passing));
}

function namespaceOf({ path }: ProxiedRequestWithBody): string {
  return /\/namespaces\/([^/]+)/.exec(path)?.[1] ?? '';
}

function isEventList({ method, path }: ProxiedRequestWithBody): boolean {
  return method === 'GET' && path.endsWith('/events');
}

/** The run's pods are watched over while it verifies; the run's objects of other kinds are listed for diagnostics alone, as removal goes by uids. */
function isListOfRun({ method, path, query }: ProxiedRequestWithBody): boolean {
  return (
    method === 'GET' &&
    !path.endsWith('/pods') &&
    (query.get('labelSelector') ?? '').startsWith('conformance.kube-state-metrics/run')
  );
}
