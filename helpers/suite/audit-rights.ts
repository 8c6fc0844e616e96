import { isForwarded } from '../exporter/exporter.ts';
import { servedReads } from '../exporter/reads.ts';
import { listenerOf, requiresToken } from '../exporter/secured.ts';
import type { Target } from '../exporter/target.ts';
import { allowedPermissions } from '../kube/access-review.ts';
import type { KubeClient } from '../kube/client.ts';
import { formatPermission, type ScopedPermission } from '../kube/permission.ts';

/** A right that a part of an audit needs, besides those to find the exporter. */
export type Right = 'proxy' | 'endpoints' | 'log' | 'monitors' | 'objects' | 'roles';

/** Each right as the end of a sentence: `You may not …`. */
export const rightWords: Readonly<Record<Right, string>> = {
  proxy:
    "request the exporter's ports: get pods/proxy in its namespace, or pods/portforward for a secured port; --auth-filter requires --token-file",
  endpoints: "read Endpoints and EndpointSlices in the exporter's namespace",
  log: "get pods/log in the exporter's namespace",
  monitors: 'list ServiceMonitors',
  objects: 'list every resource that the exporter reads',
  roles: 'list roles and their bindings',
};

const monitoring = 'monitoring.coreos.com/v1';

/** The caller's rights. */
export interface Rights {
  readonly rights: ReadonlySet<Right>;
  /** The resources that the exporter reads and the caller may not list. */
  readonly unreadable: ReadonlySet<string>;
  /** The missing permissions, an entry for each right: `list secrets, list leases.coordination.k8s.io`. */
  readonly missing: readonly string[];
}

/**
 * Reviews which of the rights that an audit can use the caller has.
 * @param hasToken whether the audit has a token for an exporter that requires one
 */
export async function rightsFor(client: KubeClient, target: Target, hasToken = false): Promise<Rights> {
  const reads = servedReads(target, client.mapper);
  const questions = questionsOf(target, reads, client.mapper.serves(monitoring, 'ServiceMonitor'));
  const granted = new Set(await allowedPermissions(client, Object.values(questions).flat()));
  const names = Object.keys(questions) as Right[];
  const denied = (right: Right) => questions[right].filter((question) => !granted.has(question));
  return {
    rights: new Set(
      names.filter((right) => denied(right).length === 0 && !(right === 'proxy' && !hasToken && requiresToken(target))),
    ),
    unreadable: new Set(denied('objects').map(({ resource }) => resource)),
    missing: names.map((right) => denied(right).map(formatPermission).join(', ')).filter((words) => words !== ''),
  };
}

function questionsOf(
  { namespace, workload, ports }: Pick<Target, 'namespace' | 'workload' | 'ports'>,
  reads: readonly { readonly group: string; readonly resource: string }[],
  servesMonitors: boolean,
): Readonly<Record<Right, readonly ScopedPermission[]>> {
  const rbac = 'rbac.authorization.k8s.io';
  const getOfPods = (subresource: string) => [{ verb: 'get', group: '', resource: 'pods', subresource, namespace }];
  return {
    proxy: waysIn(workload, ports).flatMap(getOfPods),
    log: getOfPods('log'),
    endpoints: [
      { verb: 'get', group: '', resource: 'endpoints', namespace },
      { verb: 'list', group: 'discovery.k8s.io', resource: 'endpointslices', namespace },
    ],
    roles: ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'].map((resource) => ({
      verb: 'list',
      group: rbac,
      resource,
    })),
    monitors: servesMonitors ? [{ verb: 'list', group: 'monitoring.coreos.com', resource: 'servicemonitors' }] : [],
    objects: reads.map(({ group, resource }) => ({ verb: 'list', group, resource })),
  };
}

/** The subresources of a pod through which the suite sends requests to the exporter's ports: a secured one is judged past the proxy. */
function waysIn({ spec }: Target['workload'], ports: Target['ports']): readonly string[] {
  const ways = Object.values(ports).flatMap(({ number, front }) => {
    const listener = listenerOf(spec.template.spec.containers, number);
    return [
      ...(isForwarded(listener) ? [] : ['proxy']),
      ...(isForwarded(listener) || listener.tls || front ? ['portforward'] : []),
    ];
  });
  return [...new Set(ways)];
}
