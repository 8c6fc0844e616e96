import { repositoryOf } from '../../../helpers/exporter/image.ts';
import type { KubeClient } from '../../../helpers/kube/client.ts';
import type { KubernetesObject, RawObject } from '../../../helpers/kube/object.ts';
import { groupPath, ResourceMapper } from '../../../helpers/kube/reference.ts';
import { restricted } from '../../../helpers/kube/restricted.ts';
import { accountObjects } from '../../../helpers/kube/service-account.ts';
import type { RequirementContext } from '../../../helpers/suite/context.ts';
import { tolerating } from '../../../helpers/suite/placement.ts';
import { seconds, waitFor } from '../../../helpers/wait.ts';
import { definedResources, definitions } from './definitions.ts';

const name = 'prometheus-operator';

/** What it needs to look after a Prometheus. Source: prometheus-operator, documentation of its RBAC. */
const rules = [
  { apiGroups: ['monitoring.coreos.com'], resources: ['*'], verbs: ['*'] },
  { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['*'] },
  { apiGroups: [''], resources: ['configmaps', 'secrets', 'services', 'services/finalizers', 'endpoints'], verbs: ['*'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['list', 'delete'] },
  { apiGroups: [''], resources: ['nodes', 'namespaces'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: ['storage.k8s.io'], resources: ['storageclasses'], verbs: ['get'] },
];

/** The image of the program that brings a Prometheus its configuration: released beside the operator, under the same tag. */
export function reloaderOf(operatorImage: string): string {
  const repository = repositoryOf(operatorImage);
  const registry = repository.slice(0, repository.lastIndexOf('/') + 1);
  return `${registry}prometheus-config-reloader${operatorImage.slice(repository.length)}`;
}

/**
 * Starts an operator in the area's namespace, on a cluster that has none.
 * @param remember learns what must be removed again, as it is created
 * @returns a client that knows the operator's kinds
 */
export async function startOperator(
  { client, scratch, profile, run }: RequirementContext,
  image: string,
  remember: (object: KubernetesObject) => void,
): Promise<KubeClient> {
  const namespace = await scratch.namespace();
  const metadata = { name, namespace };
  const account = accountObjects({ ...metadata, roleName: `${name}-${run.id}`, rules });
  const objects: readonly RawObject[] = [...definitions, ...account];
  const make = async (object: RawObject) => {
    remember(await scratch.create(object));
  };
  for (const object of objects) await make(object);
  await served(client);
  await make({ apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...tolerating(profile), ...podSpec(image) } });
  return client.withMapper(new ResourceMapper([...client.mapper.resources, ...definedResources]));
}

/** Waits until the API server takes objects of the operator's kinds, which it does a little after their definitions. */
async function served(client: KubeClient): Promise<void> {
  await waitFor({
    what: "the operator's kinds served",
    within: seconds(20),
    observe: async () => {
      const paths = definedResources.map((one) => `${groupPath(one.apiVersion)}/${one.name}`);
      const answers = await Promise.all(paths.map(async (path) => ({ path, status: (await client.send('GET', path)).status })));
      return answers.filter(({ status }) => status !== 200);
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
