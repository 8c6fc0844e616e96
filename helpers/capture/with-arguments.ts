import { readsOf } from '../exporter/reads.ts';
import { deriveTarget, type Target } from '../exporter/target.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { Deployment, Role } from '../kube/workload.ts';

/** The target with further arguments of the exporter, and a role that allows what they make it read. */
export function withArguments(target: Target, args: readonly string[]): Target {
  if (args.length === 0) return target;
  const all = [...target.arguments, ...args];
  const reads = readsOf({ version: target.version, arguments: all });
  const rules = reads.map(({ group, resource }) => ({ apiGroups: [group], resources: [resource], verbs: ['list', 'watch'] }));
  const change = (object: KubernetesObject): KubernetesObject => {
    if (object === target.deployment) return withContainerArguments(target, all);
    const role = target.access.roles.find((one) => one === object);
    return role?.kind === 'ClusterRole' ? withRules(role, rules) : object;
  };
  return deriveTarget(target.objects.map(change), { name: target.name });
}

function withContainerArguments({ deployment, container }: Target, args: readonly string[]): Deployment {
  const { template } = deployment.spec;
  const containers = template.spec.containers.map((one) => (one.name === container.name ? { ...one, args } : one));
  return { ...deployment, spec: { ...deployment.spec, template: { ...template, spec: { ...template.spec, containers } } } };
}

function withRules(role: Role, rules: NonNullable<Role['rules']>): Role {
  return { ...role, rules: [...(role.rules ?? []), ...rules] };
}
