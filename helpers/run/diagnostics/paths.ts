import { join } from 'node:path';
import type { Target } from '../../exporter/target.ts';
import type { KubernetesObject } from '../../kube/object.ts';

/** The directory of a run's diagnostics. */
export function diagnosticsIn(reports: string): string {
  return join(reports, 'diagnostics');
}

/** The file of an object, relative to the diagnostics. */
export function fileOfObject({ kind, metadata }: KubernetesObject): string {
  return join(metadata.namespace ?? 'cluster', `${kind.toLowerCase()}-${metadata.name.replaceAll(':', '_')}.yaml`);
}

/** The file to open first after a failure in an area, relative to the diagnostics: of an account, its first role. */
export function fileToOpen(area: string, { namespace, workload, service, objects, access }: Target): string {
  const inNamespace = (object: KubernetesObject) => fileOfObject({ ...object, metadata: { ...object.metadata, namespace } });
  const role = access.roles[0] ?? objects.find(({ kind }) => kind === 'ClusterRole');
  const files: Readonly<Record<string, string>> = {
    manifests: inNamespace(workload),
    ...(role && { access: fileOfObject(role) }),
    dns: inNamespace(service),
    consumers: inNamespace(service),
    exposition: 'metrics.txt',
    freshness: 'metrics.txt',
    endpoints: 'telemetry.txt',
  };
  return files[area] ?? 'events.txt';
}
