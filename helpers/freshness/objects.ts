import type { KubernetesObject } from '../kube/object.ts';
import type { RequirementContext } from '../requirement/context.ts';
import type { Identity } from './sighting.ts';

/** An object that nothing but the run touches, and the labels that name it. */
export interface Subject {
  readonly object: KubernetesObject;
  readonly identity: Identity;
}

/** Makes a ConfigMap once there is an exporter to show it. */
export async function newConfigMap({ exporter, scratch }: RequirementContext, name: string): Promise<Subject> {
  const namespace = await scratch.namespace();
  await exporter.pod();
  const object = await scratch.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
  return { object, identity: { namespace, configmap: name } };
}

/** Makes a Deployment, once there is an exporter to show it, that asks for no pod, so that no controller has anything to do for it. */
export async function newDeployment({ exporter, scratch, run }: RequirementContext, name: string): Promise<Subject> {
  await exporter.pod();
  const namespace = await scratch.namespace();
  const labels = { freshness: name };
  const containers = [{ name: 'none', image: run.workloadImage }];
  const object = await scratch.create({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
  return { object, identity: { namespace, deployment: name } };
}
