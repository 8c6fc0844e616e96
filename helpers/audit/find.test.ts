import { deriveTarget } from '../exporter/target.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { Deployment } from '../kube/workload.ts';
import { rightsFor } from '../suite/audit-rights.ts';
import { findDeployed, othersBeside, relatedObjects } from './find.ts';
import { helmRelease, releaseNamespace as namespace, releaseSelector } from './testing/release.ts';

const release = helmRelease('v2.20.0') as readonly KubernetesObject[];
const found = (kind: string) => release.find((object) => object.kind === kind) as KubernetesObject & { spec: object };
const deployment = found('Deployment');
const service = found('Service');
const named = <O extends KubernetesObject>(object: O, name: string): O => ({ ...object, metadata: { ...object.metadata, name } });

/** A client that lists these objects, and `selected` for any selector. */
function cluster(objects: readonly KubernetesObject[], selected: readonly KubernetesObject[] = objects): KubeClient {
  const client = {
    list: async ({ kind }: { kind: string }, query?: { labelSelector?: string }) =>
      (query?.labelSelector === undefined ? objects : selected).filter((object) => object.kind === kind),
    find: async ({ kind, name }: { kind: string; name: string }) =>
      objects.find((object) => object.kind === kind && object.metadata.name === name),
    mapper: { serves: () => true, resources: [] },
  };
  return client as unknown as KubeClient;
}

test('of the Deployments of a release, the one with the exporter’s image is found', async () => {
  const spec = { template: { spec: { containers: [{ name: 'g', image: 'grafana/grafana:12' }] } } };
  const grafana = { ...named(deployment, 'grafana'), spec };

  expect(await findDeployed(cluster([deployment, grafana]), releaseSelector)).toEqual([deployment]);
});

test('the Deployment is found by labels of its pods', async () => {
  const owned = (kind: string, name: string, by: KubernetesObject) => ({
    ...named({ ...deployment, kind }, name),
    metadata: { name, namespace, ownerReferences: [{ apiVersion: 'apps/v1', kind: by.kind, name: by.metadata.name, uid: 'u' }] },
  });
  const set = owned('ReplicaSet', 'set', deployment);
  const pod = owned('Pod', 'pod', set);

  expect(await findDeployed(cluster([deployment, set, pod], [pod]), 'only=pods')).toEqual([deployment]);
});

test('a StatefulSet and a DaemonSet are found as well, and several in one namespace are shares of one exporter', async () => {
  const shards = ['StatefulSet', 'DaemonSet'].map((kind) => ({ ...named(deployment, kind.toLowerCase()), kind }));

  expect(await findDeployed(cluster([deployment, ...shards]), releaseSelector)).toEqual([deployment, ...shards]);
});

test('exporters with other labels in the namespace are named with a label that all of them have', async () => {
  const labelled = (name: string, labels: object) => ({ ...deployment, metadata: { ...deployment.metadata, name, labels } });
  const component = { 'app.kubernetes.io/component': 'exporter', 'app.kubernetes.io/version': '2.20.0' };
  const [rest, nodes] = ['rest', 'nodes'].map((name) => labelled(name, { 'app.kubernetes.io/name': name, ...component }));
  const grafana = {
    ...labelled('grafana', component),
    spec: { template: { spec: { containers: [{ name: 'g', image: 'g' }] } } },
  };
  const client = cluster([rest, nodes, grafana] as readonly KubernetesObject[]);

  expect(await othersBeside(client, [rest] as never)).toMatch(
    /are not examined: stack\/nodes; if they share .* --audit app\.kubernetes\.io\/component=exporter$/,
  );
  expect(await othersBeside(client, [rest, nodes] as never)).toBeUndefined();
});

test('exporters in several namespaces, and none, are an error with their names', async () => {
  const second = { ...deployment, metadata: { ...deployment.metadata, name: 'second', namespace: 'elsewhere' } };

  await expect(findDeployed(cluster([deployment, second]), 'a=b')).rejects.toThrow(
    `a=b selects workloads of kube-state-metrics in 2 namespaces: ${namespace}/prom-stack-kube-state-metrics, elsewhere/second.`,
  );
  await expect(findDeployed(cluster([], []), 'a=b')).rejects.toThrow('The cluster has none.');
});

test('a caller who may list Deployments alone finds those, and reads that others would not be found', async () => {
  const denied = (client: KubeClient) =>
    ({
      ...client,
      list: async ({ kind }: { kind: string }) => {
        if (kind !== 'StatefulSet') return client.list({ apiVersion: 'apps/v1', kind });
        throw new ApiError('GET', '/apis/apps/v1/statefulsets', 403, 'Forbidden', 'statefulsets.apps is forbidden');
      },
    }) as unknown as KubeClient;

  expect(await findDeployed(denied(cluster([deployment])), releaseSelector)).toEqual([deployment]);
  await expect(findDeployed(denied(cluster([])), 'a=b')).rejects.toThrow('You may not list StatefulSets');
});

test('its Service, account, roles and ServiceMonitor are found, and no others', async () => {
  const monitor = { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: service.metadata, spec: {} };
  const foreign = [named({ ...service, spec: { selector: { app: 'x' } } }, 'other'), named(found('ServiceAccount'), 'other')];
  const client = cluster([...release, ...foreign, { ...monitor, spec: { selector: {}, endpoints: [] } } as KubernetesObject]);

  const kindsWith = async (...rights: ('roles' | 'monitors')[]) =>
    (await relatedObjects(client, [deployment] as never, new Set(rights))).map(({ kind }) => kind);

  expect(await kindsWith('roles', 'monitors')).toEqual([
    'Deployment',
    'Service',
    'ServiceMonitor',
    'ServiceAccount',
    'ClusterRoleBinding',
    'ClusterRole',
  ]);
  expect(await kindsWith()).toEqual(['Deployment', 'Service', 'ServiceAccount']);
});

test('without a Service for its metrics an audit is a usage error', async () => {
  const otherPort = { ...service, spec: { ...service.spec, ports: [{ port: 9090 }] } };

  await expect(relatedObjects(cluster([deployment, otherPort]), [deployment] as never, new Set())).rejects.toThrow(
    'No Service leads to the metrics of stack/prom-stack-kube-state-metrics',
  );
});

test('the Service is found by the port of the file of --config', async () => {
  const { template } = (deployment as Deployment).spec;
  const [exporter] = template.spec.containers;
  const container = {
    ...exporter,
    args: ['--config=/etc/options/options.yaml'],
    ports: [],
    volumeMounts: [{ name: 'o', mountPath: '/etc/options' }],
  };
  const pod = { ...template.spec, volumes: [{ name: 'o', configMap: { name: 'options' } }], containers: [container] };
  const configured = { ...deployment, spec: { template: { ...template, spec: pod } } } as unknown as Deployment;
  const map = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'options', namespace },
    data: { 'options.yaml': 'port: 9090\n' },
  };
  const there = { ...service, spec: { ...service.spec, ports: [{ port: 9090 }] } };

  const related = await relatedObjects(cluster([configured, there, map]), [configured], new Set());

  expect(related.map(({ kind }) => kind)).toEqual(['Deployment', 'ConfigMap', 'Service']);
  expect(deriveTarget(related, { name: 'release', workloads: 'any' }).ports.metrics.servicePort).toBe(9090);
});

test('the caller has a right if all its permissions are allowed', async () => {
  const client = {
    mapper: { serves: () => true, collection: () => '/reviews' },
    call: async (_method: string, _path: string, { body }: { body: { spec: { resourceAttributes: { resource: string } } } }) => ({
      status: { allowed: !['secrets', 'rolebindings'].includes(body.spec.resourceAttributes.resource) },
    }),
  } as unknown as KubeClient;
  const audited = deriveTarget(helmRelease('v2.20.0'), { name: 'release' });

  const { rights, unreadable, missing } = await rightsFor(client, { ...audited, arguments: [] });

  expect([...rights].sort()).toEqual(['endpoints', 'log', 'monitors', 'proxy']);
  expect([...unreadable]).toEqual(['secrets']);
  expect(missing).toEqual(['list rolebindings.rbac.authorization.k8s.io', 'list secrets']);
});

test('the ports of an exporter behind proxies are reached by port-forward, and those of one with --auth-filter not at all', async () => {
  const reviewed: string[] = [];
  const client = {
    mapper: { serves: () => true, collection: () => '/reviews' },
    call: async (_: string, __: string, { body }: { body: { spec: { resourceAttributes: { subresource?: string } } } }) => {
      reviewed.push(body.spec.resourceAttributes.subresource ?? '');
      return { status: { allowed: true } };
    },
  } as unknown as KubeClient;
  const withArguments = (...args: string[]) => {
    const objects = structuredClone(helmRelease('v2.20.0')) as unknown as KubernetesObject[];
    const deployment = objects.find(({ kind }) => kind === 'Deployment') as unknown as Deployment;
    Object.assign(deployment.spec.template.spec.containers[0] ?? {}, { args });
    return deriveTarget(objects, { name: 'release' });
  };

  const local = await rightsFor(client, withArguments('--host=127.0.0.1', '--telemetry-host=127.0.0.1'));
  expect(local.rights.has('proxy')).toBe(true);
  expect(reviewed).toContain('portforward');
  expect(reviewed).not.toContain('proxy');

  const guarded = await rightsFor(client, withArguments('--auth-filter'));
  expect(guarded.rights.has('proxy')).toBe(false);
  expect((await rightsFor(client, withArguments('--auth-filter'), true)).rights.has('proxy')).toBe(true);
});

test('the ConfigMaps that it mounts are found, if the caller may get them', async () => {
  const { template } = (deployment as Deployment).spec;
  const volumes = [{ name: 'state', configMap: { name: 'state' } }];
  const mounting = { ...deployment, spec: { template: { ...template, spec: { ...template.spec, volumes } } } } as Deployment;
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'state', namespace }, data: { 'state.yaml': 'spec: {}' } };
  const client = cluster([mounting, ...release.filter((object) => object !== deployment), map]);
  const refusal = new ApiError('GET', '/api/v1/namespaces/stack/configmaps/state', 403, 'Forbidden', 'configmaps is forbidden');
  const denied = { ...client, find: () => Promise.reject(refusal) } as unknown as KubeClient;

  expect(await relatedObjects(client, [mounting], new Set())).toContain(map);
  expect((await relatedObjects(denied, [mounting], new Set())).map(({ kind }) => kind)).not.toContain('ConfigMap');
});
