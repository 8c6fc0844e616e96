import type { KubernetesObject } from '../kube/object.ts';
import { knownTargets } from './known.ts';
import { optionsOfPod, refuseContradictions } from './shares.ts';
import { deriveTarget, deriveWorkloads } from './target.ts';

const agent = () => structuredClone(knownTargets.agent.rendering()) as Editable[];
type Editable = KubernetesObject & { metadata: { name: string; namespace?: string }; spec: Record<string, unknown> };
const ofKind = (objects: readonly Editable[], kind: string) => objects.find((object) => object.kind === kind) as Editable;
const derive = (objects: readonly KubernetesObject[], image?: string) =>
  deriveTarget(objects, image === undefined ? { name: 'example' } : { name: 'example', image });

describe("the guide's deployment", () => {
  const target = derive(agent());

  test('has the name in the guide’s configuration of Prometheus', () => {
    expect(target.fqdn('deimos.cluster.io')).toBe('mntr-agent-kube-state-metrics.monitoring.svc.deimos.cluster.io');
  });

  test('has a release, an account and a role', () => {
    expect(target.version).toEqual({ major: 2, minor: 5, patch: 0 });
    expect(target.serviceAccount).toMatchObject({ metadata: { namespace: 'monitoring' }, automountServiceAccountToken: false });
    expect(target.access.roles.map(({ metadata }) => metadata.name)).toEqual([target.serviceAccountName]);
  });

  test('has both ports with the names of its Service', () => {
    expect(target.ports).toEqual({
      metrics: { name: 'http-metrics', number: 8080, servicePort: 8080 },
      telemetry: { name: 'telemetry', number: 8081, servicePort: 8081 },
    });
  });

  test('has a liveness and a readiness probe', () => {
    expect(target.probes).toMatchObject({ liveness: { httpGet: { port: 8080 } }, readiness: { httpGet: { port: 8081 } } });
  });
});

test('another image changes the container and the release, but not the rendering', () => {
  const rendered = agent();
  const target = derive(rendered, 'v2.20.0');
  expect(target.image).toBe('registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0');
  expect(target.version).toMatchObject({ minor: 20 });
  expect(target.objects).toContain(target.workload);
  expect(rendered).toEqual(agent());
});

test('the ports are those of the arguments', () => {
  const objects = agent();
  const container = derive(objects).container as unknown as { args?: string[] };
  container.args = ['--port=9090', '--telemetry-port', '9091'];
  expect(derive(objects).ports).toEqual({
    metrics: { name: 'metrics', number: 9090 },
    telemetry: { name: 'telemetry', number: 9091 },
  });
});

test('of several Deployments the one with the exporter is used', () => {
  const objects = agent();
  const grafana = structuredClone(ofKind(objects, 'Deployment'));
  const [container] = derive([...objects]).workload.spec.template.spec.containers;
  (grafana.spec as { template: unknown }).template = { spec: { containers: [{ ...container, image: 'grafana/grafana:9' }] } };
  grafana.metadata.name = 'grafana';
  expect(derive([grafana, ...objects]).workload.metadata.name).toBe('mntr-agent-kube-state-metrics');
});

test('a binding of another account is ignored', () => {
  const objects = agent();
  const binding = ofKind(objects, 'ClusterRoleBinding') as unknown as { subjects: { namespace: string }[] };
  binding.subjects = [{ ...binding.subjects[0], namespace: 'default' }];
  expect(derive(objects).access).toEqual({ bindings: [], roles: [] });
});

test('the only Service is used although it selects nothing, so that a requirement fails', () => {
  const objects = agent();
  ofKind(objects, 'Service').spec.selector = { app: 'something-else' };
  expect(derive(objects).service.metadata.name).toBe('mntr-agent-kube-state-metrics');
});

describe('manifests without exactly one exporter are a usage error', () => {
  const without = (kind: string) => agent().filter((object) => object.kind !== kind);

  test('no Deployment', () => {
    expect(() => derive(without('Deployment'))).toThrow(
      'hold no Deployment, StatefulSet or DaemonSet; they hold Namespace, ServiceAccount',
    );
  });

  test('two Deployments of the exporter', () => {
    const second = structuredClone(ofKind(agent(), 'Deployment'));
    second.metadata.name = 'second';
    expect(() => derive([...agent(), second])).toThrow(
      'Expected one Deployment with an image named kube-state-metrics; the manifests hold Deployment monitoring/mntr-agent-kube-state-metrics, Deployment monitoring/second.',
    );
  });

  test('no Service', () => {
    expect(() => derive(without('Service'))).toThrow('the manifests hold none in its namespace');
  });
});

describe('a target of several workloads', () => {
  type Changes = { kind?: string; args?: readonly string[]; image?: string; env?: readonly object[] };
  /** The guide's manifests with these workloads in place of the Deployment. */
  const workloads = (changes: Readonly<Record<string, Changes>>) => {
    const objects = agent();
    const deployment = ofKind(objects, 'Deployment');
    const [container] = derive(objects).workload.spec.template.spec.containers;
    const shares = Object.entries(changes).map(([name, { kind = 'Deployment', ...fields }]) => {
      const { template, ...spec } = deployment.spec as { template: { spec: object } };
      const podSpec = { ...template.spec, containers: [{ ...container, ...fields }] };
      return {
        ...deployment,
        kind,
        metadata: { ...deployment.metadata, name },
        spec: { ...spec, template: { ...template, spec: podSpec } },
      };
    });
    return [...objects.filter(({ kind }) => kind !== 'Deployment'), ...shares] as Editable[];
  };
  const each = (changes: Readonly<Record<string, Changes>>) => deriveWorkloads(workloads(changes), { name: 'example' });
  const whole = (changes: Readonly<Record<string, Changes>>) =>
    deriveTarget(workloads(changes), { name: 'example', workloads: 'any' });
  const shard = (ordinal: number, total: number) => ({ args: [`--shard=${ordinal}`, '--total-shards', String(total)] });
  const pod = { metadata: { name: 'ksm-1', namespace: 'monitoring' }, spec: { nodeName: 'worker-1' } } as never;

  test('has every workload, and its whole has the arguments without a share', () => {
    expect(each({ a: shard(0, 2), b: shard(1, 2) }).map(({ workload }) => workload.metadata.name)).toEqual(['a', 'b']);
    expect(whole({ a: shard(0, 2), b: shard(1, 2) }).arguments).toEqual([]);
  });

  test('exposes as a whole the resources of all', () => {
    const byNode = { kind: 'DaemonSet', args: ['--resources=pods', '--node=$(NODE_NAME)'] };
    const { arguments: args } = whole({ a: byNode, b: { args: ['--resources', 'pods,nodes', '--port=9090'] } });

    expect(args).toEqual(['--resources=pods,nodes']);
    expect(whole({ a: byNode, b: {} }).arguments).toEqual([]);
  });

  test('finds the shard of a pod by its name, and its node by the environment', () => {
    const env = [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
    ];
    const [set] = each({ ksm: { kind: 'StatefulSet', args: ['--pod=$(POD_NAME)', '--pod-namespace=monitoring'], env } });
    const [daemons] = each({ ksm: { kind: 'DaemonSet', args: ['--resources=pods', '--node=$(NODE_NAME)'], env } });

    expect(optionsOfPod(set, pod, 3).shard).toEqual({ ordinal: 1, total: 3 });
    expect(optionsOfPod(set, pod, 1).shard).toBeUndefined();
    expect(optionsOfPod(daemons, pod, 2).node).toBe('worker-1');
  });

  test('of different releases is a usage error, unless an image is set for all', () => {
    const mixed = {
      a: { ...shard(0, 2), image: 'ksm/kube-state-metrics:v2.19.0' },
      b: { ...shard(1, 2), image: 'ksm/kube-state-metrics:v2.20.0' },
    };

    expect(() => each(mixed)).toThrow(
      'mix releases of kube-state-metrics: Deployment monitoring/a has v2.19.0 and Deployment monitoring/b has v2.20.0',
    );
    const targets = deriveWorkloads(workloads(mixed), { name: 'example', image: 'v2.20.0' });
    expect(targets.map(({ image }) => image)).toEqual(Array(2).fill('ksm/kube-state-metrics:v2.20.0'));
  });

  test.each([
    [
      'two alike',
      { a: shard(1, 2), b: shard(1, 2) },
      'Deployment monitoring/a and Deployment monitoring/b are both shard 1 of 2',
    ],
    [
      'different totals',
      { a: shard(0, 2), b: shard(1, 3) },
      'Deployment monitoring/a has --total-shards=2 and Deployment monitoring/b has 3',
    ],
    ['the whole beside a shard', { a: shard(0, 2), b: {} }, 'both expose'],
    ['pods twice', { a: { args: ['--resources=pods,nodes'] }, b: { args: ['--resources=pods'] } }, 'both expose pods, so that'],
  ])('%s is a contradiction', (_, changes, sentence) => {
    expect(() => refuseContradictions(each(changes))).toThrow(sentence);
  });

  test.each([
    ['a shard that is missing', { a: shard(0, 3), b: shard(2, 3) }],
    ['different resources', { a: { args: ['--resources=pods'] }, b: { args: ['--resources=nodes'] } }],
    ['different namespaces', { a: { args: ['--namespaces=a'] }, b: { args: ['--namespaces=b'] } }],
    [
      'scheduled and unscheduled pods',
      { a: { args: ['--resources=pods', '--node=$(NODE_NAME)'] }, b: { args: ['--resources=pods', '--track-unscheduled-pods'] } },
    ],
  ])('%s is none', (_, changes) => {
    expect(() => refuseContradictions(each(changes))).not.toThrow();
  });
});
