/** What a resource is counted in, as the `unit` label has it. */
export type Unit = 'core' | 'byte' | 'integer';

const BYTES = new Set(['memory', 'storage', 'ephemeral-storage']);
const QUALIFIED_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** A resource's name as the exporter writes it into the `resource` label: `nvidia.com/gpu` becomes `nvidia_com_gpu`. */
export function resourceLabel(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}

/**
 * The units under which the exporter tells of a resource of a container or of a node; none when it leaves the resource out.
 * `pods` is a node's resource only, which `of` says.
 */
export function resourceUnits(name: string, of: 'container' | 'node' = 'container'): readonly Unit[] {
  if (name === 'cpu') return ['core'];
  if (BYTES.has(name)) return ['byte'];
  if (name === 'pods' && of === 'node') return ['integer'];
  const units: Unit[] = [];
  if (name.startsWith('hugepages-')) units.push('byte');
  if (name.startsWith('attachable-volumes-')) units.push('byte');
  if (isExtendedResource(name)) units.push('integer');
  return units;
}

/** Whether Kubernetes takes the name for an extended resource: of a domain that is not its own, and fit for a quota's name. */
export function isExtendedResource(name: string): boolean {
  const slash = name.indexOf('/');
  if (slash < 0 || name.includes('kubernetes.io/') || name.startsWith('requests.')) return false;
  const domain = `requests.${name.slice(0, slash)}`;
  return domain.length <= 253 && DNS_SUBDOMAIN.test(domain) && QUALIFIED_NAME.test(name.slice(slash + 1));
}
