import { deriveTarget, type Target } from '../../exporter/target.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { Deployment } from '../../kube/workload.ts';

/** The target with room for a large cluster, which the documented limits do not give. */
export function roomy(target: Target): Target {
  const change = (object: KubernetesObject) => (object === target.deployment ? withRoom(target) : object);
  return deriveTarget(target.objects.map(change), { name: target.name });
}

function withRoom({ deployment, container }: Target): Deployment {
  const { template } = deployment.spec;
  const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '4Gi' } };
  const containers = template.spec.containers.map((one) => (one.name === container.name ? { ...one, resources } : one));
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers } } } };
}
