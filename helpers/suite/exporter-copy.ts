import type { Pod } from '../kube/pod.ts';
import type { RequirementContext } from './context.ts';

/** What a copy of the exporter's pod differs in. */
export interface CopyOptions {
  readonly name: string;
  /** Only these: a copy has none of the labels by which Service and ReplicaSet find the exporter, unless it is given them. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Fields of the pod's spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
  /** Fields of the exporter's container. */
  readonly container?: Readonly<Record<string, unknown>>;
}

/**
 * Makes a pod beside the exporter that is the same in everything but what is told, with requests so small that it
 * finds room where the exporter itself has taken most of it.
 */
export async function copyOfExporter({ scratch, run, target }: RequirementContext, options: CopyOptions): Promise<Pod> {
  const { spec } = target.deployment.spec.template;
  const resources = { ...target.container.resources, requests: { cpu: '10m', memory: '16Mi' } };
  const containers = spec.containers.map((one) =>
    one.name === target.container.name ? { ...one, resources, ...options.container } : one,
  );
  return scratch.create<Pod>({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${options.name}-${run.id}`, namespace: target.namespace, labels: options.labels ?? {} },
    spec: { ...spec, terminationGracePeriodSeconds: 0, ...options.spec, containers },
  } as Pod);
}
