import { accessOf, findDeployment } from '../../exporter/find.ts';
import { knownTargets } from '../../exporter/known.ts';
import { deriveTarget } from '../../exporter/target.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { PolicyRule } from '../../kube/workload.ts';
import { parseGateOptions } from '../options.ts';
import { gatePermissions } from '../permissions.ts';
import { placeOf } from './evaluate.ts';
import { honorsLabels, otherNamespaces, prepareSides, sideTarget } from './sides.ts';

const side = (name: 'old' | 'new') => sideTarget({ name, run: 'r', manifests: knownTargets.agent.rendering(), image: 'v2.6.0' });

test('each side has a namespace and names of its own, so that both fit into one cluster', () => {
  const names = (['old', 'new'] as const).map((name) =>
    side(name).objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`),
  );

  expect(names[0]?.filter((name) => names[1]?.includes(name))).toEqual([]);
  expect(names[1]).toContain('Namespace /conformance-r-new');
  expect(names[1]).toContain('ClusterRole /gate-r-new-mntr-agent-kube-state-metrics');
});

test('under its new names the account still has its role, and the pods their account and Service', () => {
  const target = side('old');

  expect(target.serviceAccountName).toBe('gate-r-old-mntr-agent-kube-state-metrics');
  expect(target.serviceAccount?.metadata.namespace).toBe('conformance-r-old');
  expect(accessOf(target.objects, { name: target.serviceAccountName, namespace: target.namespace }).roles).toHaveLength(1);
  expect(target.fqdn('cluster.local')).toBe('gate-r-old-mntr-agent-kube-state-metrics.conformance-r-old.svc.cluster.local');
  expect(target.image).toBe('registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.6.0');
});

test('what the exporter mounts is found under its own name in the namespace of the side', () => {
  const objects = structuredClone(knownTargets.current.rendering());
  const { spec } = findDeployment(objects).spec.template as unknown as { spec: Record<string, unknown> };
  const [container] = spec.containers as object[];
  const volumeMounts = [{ name: 'options', mountPath: '/etc/options' }];
  const args = ['--config=/etc/options/options.yaml'];
  Object.assign(spec, {
    containers: [{ ...container, args, volumeMounts }],
    volumes: [{ name: 'options', configMap: { name: 'options' } }],
  });
  const { namespace } = findDeployment(objects).metadata;
  const map = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'options', namespace },
    data: { 'options.yaml': 'port: 9090' },
  };

  const target = sideTarget({ name: 'new', run: 'r', manifests: [...objects, map] as KubernetesObject[], image: 'v2.20.0' });

  expect(target.ports.metrics.number).toBe(9090);
  expect(target.objects.find(({ kind }) => kind === 'ConfigMap')?.metadata).toEqual({
    name: 'options',
    namespace: 'conformance-r-new',
  });
});

test('roles stay in the namespaces that the exporter reads by their names, and the others follow the exporter', () => {
  const objects = structuredClone(knownTargets.current.rendering());
  const { namespace: home = '', name: account } = findDeployment(objects).metadata;
  const deployment = findDeployment(objects).spec.template.spec as unknown as { containers: Record<string, unknown>[] };
  Object.assign(deployment.containers[0] ?? {}, { args: [`--namespaces=shop,${home}`] });
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' };
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace: home }];
  const roles = ['shop', home].flatMap((namespace) => {
    const metadata = { name: 'reader', namespace };
    return [
      { apiVersion, kind: 'Role', metadata, rules: [] },
      { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects },
    ];
  });

  const target = sideTarget({ name: 'new', run: 'r', manifests: [...objects, ...roles] as KubernetesObject[], image: 'v2.20.0' });

  expect(target.access.roles.flatMap(({ metadata }) => metadata.namespace ?? [])).toEqual(['shop', home]);
  expect(otherNamespaces(target)).toEqual(['shop', home]);
  expect(otherNamespaces(side('old'))).toEqual([]);
});

test('behind a NetworkPolicy the Prometheus of a side has the labels and the namespace that it lets in', () => {
  const manifests = knownTargets.agent.rendering();
  const { namespace = '', labels = {} } = findDeployment(manifests).metadata;
  const admitted = { 'app.kubernetes.io/name': 'prometheus' };
  const policyFrom = (...from: readonly object[]) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'exporter', namespace },
    spec: { podSelector: { matchLabels: labels }, ingress: [{ from }] },
  });
  const placeBehind = (...policies: readonly KubernetesObject[]) =>
    placeOf(sideTarget({ name: 'old', run: 'r', manifests: [...manifests, ...policies], image: 'v2.5.0' }), 'gate');

  expect(placeBehind()).toEqual({ namespace: 'gate' });
  expect(placeBehind(policyFrom({ podSelector: { matchLabels: admitted } }))).toEqual({
    namespace: 'conformance-r-old',
    labels: admitted,
  });
  expect(placeBehind(policyFrom({ namespaceSelector: {} }))).toEqual({ namespace: 'gate' });
});

const prepared = (from: string, to: string) => prepareSides(parseGateOptions(['--from', from, '--to', to]), 'r');

test('what the candidate’s manifests promise is a profile or a file, and one that is neither is bad usage before anything starts', async () => {
  const both = ['--from', 'v2.18.0', '--to', 'v2.20.0', '--manifests-to', 'manifests/agent'];
  const options = (profile: string) => parseGateOptions([...both, '--profile', profile]);

  expect(parseGateOptions(both).profile).toBeUndefined();
  expect(options('promises.yaml').profile).toBe('promises.yaml');
  await expect(prepareSides(options('standart'), 'r')).rejects.toThrow(
    'There is no profile or file "standart"; did you mean standard?',
  );
});

test('without manifests each side gets the known target that fits its release', async () => {
  const { old, new: now } = await prepared('v2.17.0', 'registry.example/kube-state-metrics:v2.18.0');

  expect([old.manifests, now.manifests]).toEqual(['agent', 'current']);
  expect(now.target.image).toBe('registry.example/kube-state-metrics:v2.18.0');
});

test('an image whose tag is no release needs manifests that name it', async () => {
  await expect(prepared('v2.5.0', 'latest')).rejects.toThrow('set --manifests-to');
});

test('labels are honored as the ServiceMonitor of the candidate, else of the old release, has it', () => {
  const sideWith = (...endpoints: readonly object[]) => {
    const target = side('new');
    const monitor = {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: { name: 'm' },
      spec: { endpoints },
    };
    return { target: { ...target, objects: [...target.objects, monitor] } };
  };

  expect(honorsLabels({ old: sideWith({ honorLabels: true }), new: sideWith({ port: 'http' }) })).toBe(false);
  expect(honorsLabels({ old: sideWith({ honorLabels: true }), new: sideWith() })).toBe(true);
  expect(honorsLabels({ old: sideWith(), new: sideWith() })).toBeUndefined();
});

describe('roles are compared where they are bound', () => {
  const base = deriveTarget(knownTargets.current.rendering(), { name: 'current' });
  const pod = { apiVersion: 'v1', kind: 'Pod', group: '', name: 'pods', namespaced: true, verbs: [] };
  const everythingServed = { serves: () => true, resources: [pod] };
  const readPods: PolicyRule = { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'r' };
  const metadata = (namespace: string) => ({ name: 'r', namespace });
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const inNamespaces = (rules: readonly PolicyRule[], ...namespaces: readonly string[]) => ({
    ...base,
    arguments: ['--resources=pods', `--namespaces=${namespaces.join(',')}`],
    access: {
      roles: namespaces.map((namespace) => ({ apiVersion, kind: 'Role', metadata: metadata(namespace), rules })),
      bindings: namespaces.map((namespace) => ({ apiVersion, kind: 'RoleBinding', metadata: metadata(namespace), roleRef })),
    },
  });
  const everywhere = {
    ...base,
    access: { ...base.access, roles: base.access.roles.map((role) => ({ ...role, rules: [readPods] })) },
    arguments: ['--resources=pods'],
  };
  const ids = (from: typeof base, to: typeof base) =>
    gatePermissions(from, to, everythingServed).map(({ id }) => id.replace('permissions/', ''));

  test('the same rule in another namespace is another permission', () => {
    expect(ids(inNamespaces([readPods], 'shop'), inNamespaces([readPods], 'vault'))).toEqual([
      'added/list-pods-in-the-namespace-vault',
      'added/watch-pods-in-the-namespace-vault',
      'removed/list-pods-in-the-namespace-shop',
      'removed/watch-pods-in-the-namespace-shop',
    ]);
  });

  test('the namespaces of the two exporters count as one, whatever their names', () => {
    const [from, to] = ['conformance-old', 'conformance-new'].map((namespace) => ({
      ...inNamespaces([readPods], namespace),
      namespace,
      arguments: ['--resources=configmaps'],
    }));

    expect(from && to && ids(from, to).filter((id) => !id.startsWith('missing/'))).toEqual([]);
  });

  test('a rule for the whole cluster covers one in a namespace, and not the other way round', () => {
    expect(ids(everywhere, inNamespaces([readPods], 'shop'))).toEqual(['removed/list-pods', 'removed/watch-pods']);
    expect(ids(inNamespaces([readPods], 'shop'), everywhere)).toEqual(['added/list-pods', 'added/watch-pods']);
  });

  test('a candidate that reads a namespace in which nothing is granted is rejected, with the namespace', () => {
    const candidate = { ...inNamespaces([readPods], 'shop'), arguments: ['--resources=pods', '--namespaces=shop,vault'] };
    const [missing] = gatePermissions(inNamespaces([readPods], 'shop'), candidate, everythingServed);

    expect(missing).toMatchObject({ id: 'permissions/missing/pods', severity: 'reject' });
    expect(missing?.sentence).toContain('may not list and watch pods in the namespace vault');
  });

  test('a path is granted by a ClusterRoleBinding alone', () => {
    const path: PolicyRule = { nonResourceURLs: ['/metrics'], verbs: ['get'] };

    expect(ids(inNamespaces([readPods], 'shop'), inNamespaces([readPods, path], 'shop'))).toEqual([]);
  });
});
