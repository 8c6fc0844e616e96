import type { Reference } from '../reference.ts';

/** The namespaces in which a cluster keeps what it needs itself. */
const systemNamespaces: readonly string[] = ['kube-system', 'kube-public', 'kube-node-lease'];

function isSystemNamespace(name: string): boolean {
  return systemNamespaces.includes(name);
}

/** Whether an object is the cluster's own: a node, a system namespace, or something in one. On a cluster that exists, no run writes there. */
export function isProtected({ kind, name, namespace }: Pick<Reference, 'kind' | 'name' | 'namespace'>): boolean {
  return kind === 'Node' || isSystemNamespace(namespace ?? '') || (kind === 'Namespace' && isSystemNamespace(name));
}
