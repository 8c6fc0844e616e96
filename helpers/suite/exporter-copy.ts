import { argumentsOf } from '../exporter/ports.ts';
import type { Target } from '../exporter/target.ts';
import { NotApplicable } from '../failure.ts';
import type { Pod } from '../kube/pod.ts';
import type { Container } from '../kube/workload.ts';
import type { RequirementContext } from './context.ts';

/** How a copy of the exporter's pod differs from it. */
export interface CopyOptions {
  readonly name: string;
  /** All of its labels: without those of the exporter, neither Service nor ReplicaSet selects a copy. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Fields of the pod's spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Fields of the exporter's container. */
  readonly container?: Readonly<Record<string, unknown>>;
  /** All arguments of the exporter, in place of its own. */
  readonly arguments?: readonly string[];
  /** Containers that are started before the exporter's. */
  readonly before?: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Creates a copy of the exporter's pod in its namespace, with these differences, and with requests so small that it fits on a node that the
 * exporter mostly fills. The copy of a shard exposes all objects: it has no StatefulSet that gives it a share.
 */
export async function copyOfExporter({ scratch, unique, target }: RequirementContext, options: CopyOptions): Promise<Pod> {
  const { spec } = target.workload.spec.template;
  const commandLine = options.arguments ? withArguments(target, options.arguments) : wholeArguments(target);
  const containers = modestContainers(target).map((container) =>
    container.name === target.container.name ? { ...container, ...commandLine, ...options.container } : container,
  );
  return scratch.create<Pod>({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${options.name}-${unique}`, namespace: target.namespace, labels: options.labels ?? {} },
    spec: {
      ...spec,
      terminationGracePeriodSeconds: 0,
      ...options.spec,
      containers: [...(options.before ?? []), ...containers],
    },
  } as Pod);
}

/** The containers of the exporter's pod, with requests so small that they fit on a node that the exporter mostly fills. */
export function modestContainers({ container: { name, resources }, workload }: Target): readonly Container[] {
  const modest = { ...resources, requests: { cpu: '10m', memory: '16Mi' } };
  return workload.spec.template.spec.containers.map((each) => (each.name === name ? { ...each, resources: modest } : each));
}

/**
 * For requirements with a pod that the Service selects: a DaemonSet adopts such a pod, as its selector has no hash, and deletes it as one too
 * many on its node. Source: Kubernetes, DaemonSet: running Pods without a DaemonSet; owners and dependents
 * @throws NotApplicable for a DaemonSet
 */
export function refuseAdoption({ workload }: Pick<Target, 'workload'>): void {
  if (workload.kind !== 'DaemonSet') return;
  throw new NotApplicable(
    `The DaemonSet ${workload.metadata.name} deletes any pod that it would adopt, which its Service selects.`,
  );
}

/** The fields of the container's command line, where it differs from that of an exporter that exposes all objects. */
export function wholeArguments(target: Target): Pick<Container, 'command' | 'args'> {
  const isWhole = target.arguments.join('\n') === argumentsOf(target.container).join('\n');
  return isWhole ? {} : withArguments(target, target.arguments);
}

/** The command line of the container with other arguments; its command may hold arguments as well. */
function withArguments({ container: { command } }: Target, args: readonly string[]): Pick<Container, 'command' | 'args'> {
  return { ...(command && { command: command.slice(0, 1) }), args };
}
