import { getFromPod } from '../helpers/exporter/exporter.ts';
import { ApiError } from '../helpers/kube/api-error.ts';
import type { KubernetesObject } from '../helpers/kube/object.ts';
import type { Page } from '../helpers/kube/pages.ts';
import type { Pod } from '../helpers/kube/pod.ts';
import { requestToken } from '../helpers/kube/service-account.ts';
import { waitFor } from '../helpers/wait.ts';
import { simulatedCluster } from './testing.ts';

const cluster = simulatedCluster('file', { taint: { key: 'dedicated', value: 'true', effect: 'NoExecute' } });

function pod(name: string, spec: object) {
  const containers = [{ name: 'main', image: 'busybox:1.36', command: ['true'] }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name },
    spec: { restartPolicy: 'Never', containers, ...spec },
  };
}

interface RunningPod extends KubernetesObject {
  readonly status: { readonly phase: string };
  readonly spec: { readonly containers: readonly { readonly env?: readonly { readonly value: string }[] }[] };
}

interface Phase {
  readonly status: { readonly phase: string; readonly conditions?: readonly { readonly message?: string }[] };
}

test('a pod that tolerates the taint completes, and one that does not is unschedulable', async () => {
  await cluster.client.create(pod('tolerates', { tolerations: [{ operator: 'Exists' }] }));
  await cluster.client.create(pod('does-not', {}));
  const read = async (name: string) => cluster.client.call<Phase>('GET', `/api/v1/namespaces/default/pods/${name}`);
  const ended = await waitFor({
    what: 'the pod that tolerates the taint to end',
    within: 3000,
    observe: () => read('tolerates'),
    until: ({ status }) => status.phase === 'Succeeded',
    describe: ({ status }) => status.phase,
  });
  expect(ended.status.phase).toBe('Succeeded');
  expect(JSON.stringify((await read('does-not')).status)).toContain('untolerated taint {dedicated: true}');
});

test('a changed template replaces the pods of a Deployment, and apply removes fields that are no longer given', async () => {
  const deployment = (annotations: Record<string, string>, env: readonly object[]) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'default', name: 'rolled', annotations },
    spec: {
      selector: { matchLabels: { app: 'rolled' } },
      template: {
        metadata: { labels: { app: 'rolled' } },
        spec: {
          tolerations: [{ operator: 'Exists' }],
          containers: [{ name: 'main', image: 'busybox:1.36', command: ['sleep', '60'], env }],
        },
      },
    },
  });
  const pods = () =>
    cluster.client.list<RunningPod>({ apiVersion: 'v1', kind: 'Pod', namespace: 'default' }, { labelSelector: 'app=rolled' });
  const onlyPod = (value: string) =>
    waitFor({
      what: `one pod of the template ${value}`,
      within: 3000,
      observe: pods,
      until: ([pod, ...rest]) =>
        rest.length === 0 && pod?.status.phase === 'Running' && pod.spec.containers[0]?.env?.[0]?.value === value,
      describe: (found) => found.map(({ metadata }) => metadata.name).join(),
    });
  await cluster.client.apply(deployment({ note: 'first' }, [{ name: 'VALUE', value: 'one' }]));
  const [before] = await onlyPod('one');
  const changed = await cluster.client.apply(deployment({}, [{ name: 'VALUE', value: 'two' }]));
  const [after] = await onlyPod('two');
  expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
  expect(changed.metadata).toMatchObject({ generation: 2, annotations: {} });
});

test('an unknown field is rejected with its path', async () => {
  await expect(cluster.client.apply({ ...pod('planted', { plantedField: true }) })).rejects.toThrow(
    '.spec.plantedField: field not declared',
  );
});

test('a dry run stores nothing', async () => {
  await cluster.client.apply(pod('dry', {}), { dryRun: true });
  expect(await cluster.client.find({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'dry' })).toBeUndefined();
});

test('a ServiceAccount is authenticated by its token and has only the permissions of its roles', async () => {
  const account = cluster.client.withToken(await requestToken(cluster.client, 'default', 'default'));
  const { status, data } = await account.send<{ message: string }>('GET', '/api/v1/pods');
  expect(status).toBe(403);
  expect(data.message).toContain('User "system:serviceaccount:default:default" cannot list resource "pods"');
  expect((await cluster.client.withToken('forged').send('GET', '/api/v1/pods')).status).toBe(401);
});

test('deleting a namespace deletes everything in it', async () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'short-lived' } };
  const created = await cluster.client.create(namespace);
  await cluster.client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'short-lived', name: 'inside' } });
  await cluster.client.remove(created);
  const remaining = await waitFor({
    what: 'the namespace gone',
    within: 3000,
    observe: async () => ({
      namespace: await cluster.client.find({ apiVersion: 'v1', kind: 'Namespace', name: 'short-lived' }),
      inside: await cluster.client.find({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'short-lived', name: 'inside' }),
    }),
    until: ({ namespace: found }) => found === undefined,
    describe: () => 'it exists',
  });
  expect(remaining.inside).toBeUndefined();
});

describe('a list in pages', () => {
  const path = '/api/v1/namespaces/default/configmaps';
  const selector = { labelSelector: 'paged=true' };
  const configMap = (index: number) => {
    const metadata = { namespace: 'default', name: `paged-${index}`, labels: { paged: 'true' } };
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { planted: 'payload' } };
  };
  type ConfigMapPage = Page<KubernetesObject> & { metadata: { remainingItemCount?: number; resourceVersion: string } };
  const page = (query: Record<string, string | number>) =>
    cluster.client.call<ConfigMapPage>('GET', path, { query: { ...selector, ...query } });

  beforeAll(async () => {
    for (let index = 0; index < 7; index++) await cluster.client.create(configMap(index));
  });

  test('has in all pages the objects of the resource version at which it started', async () => {
    const first = await page({ limit: 3 });
    expect(first.items).toHaveLength(3);
    expect(first.metadata.remainingItemCount).toBe(4);
    await cluster.client.create(configMap(7));
    const second = await page({ limit: 3, continue: first.metadata.continue ?? '' });
    const last = await page({ limit: 3, continue: second.metadata.continue ?? '' });
    expect([second.items?.length, last.items?.length, last.metadata.continue]).toEqual([3, 1, undefined]);
    expect(last.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  });

  test('is refused with 410 for a continue token that has expired', async () => {
    const refused = page({ limit: 3, continue: 'expired' });
    await expect(refused).rejects.toThrow(ApiError);
    await expect(refused).rejects.toMatchObject({ status: 410, reason: 'Expired' });
  });

  test('is read whole by the client, each object exactly one time', async () => {
    for (let index = 8; index < 620; index++) await cluster.client.create(configMap(index));
    const listed = await cluster.client.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' }, selector);
    expect(new Set(listed.map(({ metadata }) => metadata.name)).size).toBe(620);
    expect(listed).toHaveLength(620);
  }, 60_000);
});

test('a CustomResourceDefinition is served with its objects, which are removed with it', async () => {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'gears.acme.io' },
    spec: {
      group: 'acme.io',
      scope: 'Namespaced',
      names: { kind: 'Gear', plural: 'gears' },
      versions: [{ name: 'v1', served: true, storage: true }],
    },
  };
  const gear = { apiVersion: 'acme.io/v1', kind: 'Gear', metadata: { name: 'first', namespace: 'default' }, spec: { teeth: 12 } };
  const path = '/apis/acme.io/v1/gears';
  const created = await cluster.client.create<KubernetesObject>(definition);
  await cluster.client.call('POST', '/apis/acme.io/v1/namespaces/default/gears', { body: gear });

  expect(await cluster.client.call('GET', path)).toMatchObject({ items: [{ spec: { teeth: 12 } }] });
  await cluster.client.remove(created);
  expect((await cluster.client.send('GET', path)).status).toBe(404);
  await cluster.client.create(definition);
  expect(await cluster.client.call('GET', path)).toMatchObject({ items: [] });
});

test('a port on which nothing listens answers 503 through the proxy and through a port-forward', async () => {
  const container = { name: 'main', image: 'busybox:1.36', command: ['sleep', '60'] };
  await cluster.client.create(pod('silent', { tolerations: [{ operator: 'Exists' }], containers: [container] }));
  const running = await waitFor({
    what: 'the pod to run',
    within: 3000,
    observe: () => cluster.client.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'silent' }),
    until: ({ status }) => status?.phase === 'Running',
    describe: ({ status }) => String(status?.phase),
  });
  const onLoopback = { ...running, spec: { ...running.spec, containers: [{ ...container, args: ['--host=127.0.0.1'] }] } };
  expect(await getFromPod(cluster.client, running, 8080, '/metrics')).toMatchObject({ status: 503 });
  expect(await getFromPod(cluster.client, onLoopback, 8080, '/metrics')).toMatchObject({ status: 503 });
});

test('a shard has no place until it may list and watch its StatefulSet by its name', async () => {
  const metadata = { namespace: 'default', name: 'sharded' };
  const rbac = 'rbac.authorization.k8s.io';
  const role = (...verbs: readonly string[]) => ({
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata,
    rules: [
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      { apiGroups: ['apps'], resources: ['statefulsets'], resourceNames: ['sharded'], verbs },
    ],
  });
  const subjects = [{ kind: 'ServiceAccount', namespace: 'default', name: 'default' }];
  const env = ['name', 'namespace'].map((field) => ({
    name: `POD_${field.toUpperCase()}`,
    valueFrom: { fieldRef: { fieldPath: `metadata.${field}` } },
  }));
  const container = {
    name: 'exporter',
    image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0',
    args: ['--resources=configmaps', '--pod=$(POD_NAME)', '--pod-namespace=$(POD_NAMESPACE)'],
    env,
  };
  const labels = { app: 'sharded' };
  const template = { metadata: { labels }, spec: { tolerations: [{ operator: 'Exists' }], containers: [container] } };
  await cluster.client.create(role('get'));
  const roleRef = { apiGroup: rbac, kind: 'Role', name: 'sharded' };
  const binding = { apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects };
  await cluster.client.create(binding);
  const spec = { replicas: 1, serviceName: 'sharded', selector: { matchLabels: labels }, template };
  const set = { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec };
  await cluster.client.create(set);
  const totalUntil = (until: (total: string) => boolean) =>
    waitFor({
      what: 'the total of the shard',
      within: 5000,
      observe: async () => {
        const found = await cluster.client.find<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'sharded-0' });
        if (found?.status?.podIP === undefined) return '';
        const { body } = await getFromPod(cluster.client, found, 8081, '/metrics');
        return body
          .split('\n')
          .filter((line) => /^kube_state_metrics_(shard_ordinal|total_shards)/.test(line))
          .join();
      },
      until,
      describe: (total) => total || 'none',
    });

  expect(await totalUntil((total) => total.includes('total_shards'))).toBe('kube_state_metrics_total_shards 0');
  await cluster.client.apply(role('get', 'list', 'watch'));
  expect(await totalUntil((total) => total.includes('ordinal'))).toContain('kube_state_metrics_total_shards 1');
});
