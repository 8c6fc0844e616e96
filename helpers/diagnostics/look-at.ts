import { join } from 'node:path';
import type { Target } from '../target/target.ts';

/** Where the diagnostics of a run go. */
export function diagnosticsIn(reports: string): string {
  return join(reports, 'diagnostics');
}

/** The file of the diagnostics to open first for a failure in an area. */
export function fileToLookAt(area: string, target: Target): string {
  const { namespace, deployment, service } = target;
  const files: Readonly<Record<string, string>> = {
    manifests: join(namespace, `deployment-${deployment.metadata.name}.yaml`),
    dns: join(namespace, `service-${service.metadata.name}.yaml`),
    consumers: join(namespace, `service-${service.metadata.name}.yaml`),
    exposition: 'metrics.txt',
    freshness: 'metrics.txt',
    endpoints: 'telemetry.txt',
  };
  return files[area] ?? 'events.txt';
}
