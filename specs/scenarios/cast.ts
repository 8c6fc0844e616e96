import { nowhere } from '../../fixtures/workload.ts';
import type { KubernetesObject, RawObject } from '../../helpers/kube/object.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { restricted } from '../../helpers/kube/restricted.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { switchedOn, switchProbe } from '../../helpers/suite/control-pod.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { RELEASE } from './release-label.ts';

/** The objects of all scenarios as they are at first: each brings about what one rule tells of. */
export interface Cast {
  /** A Job whose only pod fails. */
  readonly job: KubernetesObject;
  /** A pod that no node takes. */
  readonly waiting: Pod;
  /** A pod whose container is started again when it is switched off. */
  readonly restarting: Pod;
  /** A pod with the label of a release, which is ready as long as it is switched on. */
  readonly released: Pod;
  /** A pod that asks for memory, and ends when it is switched off. */
  readonly asking: Pod;
  /** A pod that runs, and does nothing. */
  readonly idle: Pod;
  readonly configMaps: readonly KubernetesObject[];
}

/** A liveness probe's first look waits until the command has begun. */
const livenessProbe = { ...switchProbe, initialDelaySeconds: 1 };
const memory = { resources: { requests: { cpu: '1m', memory: '6Mi' } } };

/** Makes all objects; they come to their states later. */
export async function makeCast(context: RequirementContext): Promise<Cast> {
  const { profile, scratch } = context;
  const spec = tolerating(profile);
  const switched = { command: switchedOn, spec };
  const [job, waiting, restarting, released, asking, idle, ...configMaps] = await Promise.all([
    jobOf(context, 'false').then((object) => scratch.create(object)),
    scratch.pod({ name: 'waiting', spec: { ...spec, nodeSelector: nowhere } }),
    scratch.pod({ name: 'restarting', ...switched, container: { livenessProbe } }),
    scratch.pod({ name: 'released', ...switched, labels: { [RELEASE]: 'stable' }, container: { readinessProbe: switchProbe } }),
    scratch.pod({
      name: 'asking',
      ...switched,
      spec: { ...spec, restartPolicy: 'Never' },
      container: { livenessProbe, ...memory },
    }),
    scratch.pod({ name: 'idle', spec }),
    ...['one', 'two'].map((name) => configMap(context, name).then((object) => scratch.create(object))),
  ]);
  return { job, waiting, restarting, released, asking, idle, configMaps };
}

/** A Job that runs one command once. */
export async function jobOf({ profile, run, scratch }: RequirementContext, command: string): Promise<RawObject> {
  const namespace = await scratch.namespace();
  const container = { name: 'main', image: run.workloadImage, imagePullPolicy: 'IfNotPresent', command: [command] };
  const pod = {
    automountServiceAccountToken: false,
    restartPolicy: 'Never',
    securityContext: restricted.pod,
    containers: [{ ...container, securityContext: restricted.container }],
    ...tolerating(profile),
  };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'fails-at-first', namespace },
    spec: { backoffLimit: 0, template: { spec: pod } },
  };
}

async function configMap({ scratch }: RequirementContext, name: string): Promise<RawObject> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: await scratch.namespace() } };
}
