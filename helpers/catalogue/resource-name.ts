/** The unit of a compute resource, in the `unit` label. */
export type Unit = 'core' | 'byte' | 'integer';

const BYTES = new Set(['memory', 'storage', 'ephemeral-storage']);
const QUALIFIED_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** A compute resource's name in the `resource` label: `nvidia.com/gpu` becomes `nvidia_com_gpu`. */
export function resourceLabel(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}

/**
 * The units in which the exporter exposes a compute resource of a container or a node; none if it does not expose it.
 * Only a node has the resource `pods`.
 */
export function resourceUnits(name: string, owner: 'container' | 'node' = 'container'): readonly Unit[] {
  if (name === 'cpu') return ['core'];
  if (BYTES.has(name)) return ['byte'];
  if (name === 'pods' && owner === 'node') return ['integer'];
  const units: Unit[] = [];
  if (name.startsWith('hugepages-')) units.push('byte');
  if (name.startsWith('attachable-volumes-')) units.push('byte');
  if (isExtendedResource(name)) units.push('integer');
  return units;
}

/** Whether the name is an extended resource: outside Kubernetes' own domain and valid in a quota. Source: Kubernetes' IsExtendedResourceName. */
export function isExtendedResource(name: string): boolean {
  const slash = name.indexOf('/');
  if (slash < 0 || name.includes('kubernetes.io/') || name.startsWith('requests.')) return false;
  const domain = `requests.${name.slice(0, slash)}`;
  return domain.length <= 253 && DNS_SUBDOMAIN.test(domain) && QUALIFIED_NAME.test(name.slice(slash + 1));
}
