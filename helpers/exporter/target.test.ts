import type { KubernetesObject } from '../kube/object.ts';
import { knownTargets } from './known.ts';
import { deriveTarget } from './target.ts';

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
