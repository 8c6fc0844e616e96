import type { Pod } from '../kube/pod.ts';
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
 * exporter mostly fills.
 */
export async function copyOfExporter({ scratch, run, target }: RequirementContext, options: CopyOptions): Promise<Pod> {
  const { spec } = target.deployment.spec.template;
  const { command } = target.container;
  const resources = { ...target.container.resources, requests: { cpu: '10m', memory: '16Mi' } };
  // The command may hold arguments as well.
  const program = command === undefined ? {} : { command: command.slice(0, 1) };
  const commandLine = options.arguments === undefined ? {} : { ...program, args: options.arguments };
  const containers = spec.containers.map((container) =>
    container.name === target.container.name ? { ...container, resources, ...commandLine, ...options.container } : container,
  );
  return scratch.create<Pod>({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${options.name}-${run.id}`, namespace: target.namespace, labels: options.labels ?? {} },
    spec: {
      ...spec,
      terminationGracePeriodSeconds: 0,
      ...options.spec,
      containers: [...(options.before ?? []), ...containers],
    },
  } as Pod);
}
