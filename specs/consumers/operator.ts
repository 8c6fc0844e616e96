import { repositoryOf } from '../../helpers/exporter/image.ts';
import { argumentsOf } from '../../helpers/exporter/ports.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject, RawObject } from '../../helpers/kube/object.ts';
import { type ApiResource, groupPath, ResourceMapper } from '../../helpers/kube/reference.ts';
import { restricted } from '../../helpers/kube/restricted.ts';
import { accountObjects } from '../../helpers/kube/service-account.ts';
import type { Deployment } from '../../helpers/kube/workload.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

const name = 'prometheus-operator';
const group = 'monitoring.coreos.com';

/** Flags that restrict an operator to some namespaces, which may exclude those of a run. */
const restrictions = ['--namespaces', '--deny-namespaces', '--prometheus-instance-namespaces', '--prometheus-instance-selector'];

/** Whether the cluster has a prometheus-operator that manages Prometheus objects in every namespace. */
export async function hasOperator(client: KubeClient): Promise<boolean> {
  const version = `${group}/v1`;
  if (!client.mapper.serves(version, 'ServiceMonitor') || !client.mapper.serves(version, 'Prometheus')) return false;
  const deployments = await client.list<Deployment>({ apiVersion: 'apps/v1', kind: 'Deployment' });
  const containers = deployments.flatMap(({ spec }) => spec.template.spec.containers);
  return containers.some(
    (container) =>
      repositoryOf(container.image).endsWith('/prometheus-operator') &&
      !argumentsOf(container).some((argument) =>
        restrictions.some((flag) => argument === flag || argument.startsWith(`${flag}=`)),
      ),
  );
}

/** The kinds that the operator requires, by resource. Source: prometheus-operator, cmd/operator: prerequisites. */
const kinds = {
  prometheuses: 'Prometheus',
  servicemonitors: 'ServiceMonitor',
  podmonitors: 'PodMonitor',
  probes: 'Probe',
  prometheusrules: 'PrometheusRule',
} as const;

/** Definitions of the operator's kinds without schemas, so that the API server keeps every field. */
const definitions: readonly RawObject[] = Object.entries(kinds).map(([plural, kind]) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        subresources: { status: {} },
      },
    ],
  },
}));

/** The same kinds as discovery returns them once they are served. */
const definedResources: readonly ApiResource[] = Object.entries(kinds).map(([resource, kind]) => ({
  apiVersion: `${group}/v1`,
  group,
  name: resource,
  kind,
  namespaced: true,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
}));

/** The permissions of the operator. Source: prometheus-operator, documentation of its RBAC. */
const rules = [
  { apiGroups: [group], resources: ['*'], verbs: ['*'] },
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['*'] },
  { apiGroups: [''], resources: ['configmaps', 'secrets', 'services', 'services/finalizers', 'endpoints'], verbs: ['*'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] },
  { apiGroups: [''], resources: ['nodes', 'namespaces'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get'] },
];

/** The image of prometheus-config-reloader, which is released with the operator under the same tag. */
export function reloaderOf(operatorImage: string): string {
  const repository = repositoryOf(operatorImage);
  const registry = repository.slice(0, repository.lastIndexOf('/') + 1);
  return `${registry}prometheus-config-reloader${operatorImage.slice(repository.length)}`;
}

/**
 * Starts an operator in the area's namespace of a cluster without one.
 * @param onCreate called with each created object, for its removal
 * @returns a client that can map the operator's kinds
 */
export async function startOperator(
  { client, scratch, profile, run }: RequirementContext,
  image: string,
  onCreate: (object: KubernetesObject) => void,
): Promise<KubeClient> {
  const namespace = await scratch.namespace();
  const metadata = { name, namespace };
  const account = accountObjects({ ...metadata, roleName: `${name}-${run.id}`, rules });
  for (const object of [...definitions, ...account]) onCreate(await scratch.create(object));
  await untilServed(client);
  const pod: RawObject = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...tolerating(profile), ...podSpec(image) } };
  onCreate(await scratch.create(pod));
  return client.withMapper(new ResourceMapper([...client.mapper.resources, ...definedResources]));
}

/** Waits until the API server serves the operator's kinds, which it does a moment after their definitions are created. */
async function untilServed(client: KubeClient): Promise<void> {
  await waitFor({
    what: "the operator's kinds served",
    within: seconds(20),
    observe: async () => {
      const paths = definedResources.map((resource) => `${groupPath(resource.apiVersion)}/${resource.name}`);
      const statuses = await Promise.all(paths.map(async (path) => ({ path, status: (await client.send('GET', path)).status })));
      return statuses.filter(({ status }) => status !== 200);
    },
    until: (missing) => missing.length === 0,
    describe: (missing) => missing.map(({ path, status }) => `${path}: ${status}`).join(', '),
  });
}

function podSpec(image: string) {
  return {
    serviceAccountName: name,
    terminationGracePeriodSeconds: 0,
    securityContext: restricted.pod,
    containers: [
      {
        name,
        image,
        imagePullPolicy: 'IfNotPresent',
        args: [`--prometheus-config-reloader=${reloaderOf(image)}`, '--config-reloader-cpu-request=10m'],
        securityContext: restricted.container,
        resources: { requests: { cpu: '10m', memory: '32Mi' } },
      },
    ],
  };
}
