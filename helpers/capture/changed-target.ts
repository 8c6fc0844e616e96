import { readsOf } from '../exporter/reads.ts';
import { deriveTarget, type Target } from '../exporter/target.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { Container, Deployment, Role } from '../kube/workload.ts';

/** The target with further arguments of the exporter, and with the permissions that they require. */
export function withArguments(target: Target, args: readonly string[]): Target {
  if (args.length === 0) return target;
  const allArguments = [...target.arguments, ...args];
  const reads = readsOf({ version: target.version, arguments: allArguments });
  const rules = reads.map(({ group, resource }) => ({ apiGroups: [group], resources: [resource], verbs: ['list', 'watch'] }));
  const change = (object: KubernetesObject): KubernetesObject => {
    if (object === target.workload) return withContainer(target, { args: allArguments });
    const role = target.access.roles.find((candidate) => candidate === object);
    return role?.kind === 'ClusterRole' ? withRules(role, rules) : object;
  };
  return deriveTarget(target.objects.map(change), { name: target.name });
}

function withRules(role: Role, rules: NonNullable<Role['rules']>): Role {
  return { ...role, rules: [...(role.rules ?? []), ...rules] };
}

/** The target with a memory limit of 4 GiB, as the documented one is too low for a large cluster. */
export function withLargeMemoryLimit(target: Target): Target {
  const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '4Gi' } };
  const change = (object: KubernetesObject) => (object === target.workload ? withContainer(target, { resources }) : object);
  return deriveTarget(target.objects.map(change), { name: target.name });
}

/** The Deployment with other fields of the exporter's container. */
function withContainer({ workload: deployment, container }: Target, fields: Partial<Container>): Deployment {
  const { template } = deployment.spec;
  const containers = template.spec.containers.map((candidate) =>
    candidate.name === container.name ? { ...candidate, ...fields } : candidate,
  );
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers } } } };
}
