import type { KubernetesObject } from '../kube/object.ts';
import type { Pod } from '../kube/pod.ts';
import { ResourceMapper } from '../kube/reference.ts';
import type { Workload } from '../kube/workload.ts';
import { knownTargets } from './known.ts';
import { withConfigOf } from './mounted.ts';
import { compressesScrapes } from './ports.ts';
import { type Readable, readsOf, servedReads } from './reads.ts';
import { listenerOf } from './secured.ts';
import { optionsOfPod } from './shares.ts';
import { deriveTarget } from './target.ts';
import { goTypeOf } from './telemetry.ts';

const deploymentOf = (objects: readonly KubernetesObject[]) =>
  objects.find(({ kind }) => kind === 'Deployment') as KubernetesObject;
const deriveFrom = (objects: readonly KubernetesObject[]) => deriveTarget(objects, { name: 'example' });

describe('files that the exporter mounts', () => {
  const state = (path: string) =>
    JSON.stringify({
      spec: {
        resources: [
          {
            groupVersionKind: { group: 'acme.io', version: 'v1', kind: 'Foo' },
            metrics: [{ name: 'size', each: { type: 'Gauge', gauge: { path: ['spec', path] } } }],
          },
        ],
      },
    });
  /** The current release with these arguments, which mounts a ConfigMap of the files at /etc/exporter. */
  const mounting = (args: readonly string[], files: Readonly<Record<string, string>>, map = 'files') => {
    const objects = structuredClone(knownTargets.current.rendering());
    const { spec } = deploymentOf(objects) as unknown as { spec: { template: { spec: Record<string, unknown> } } };
    const [container] = spec.template.spec.containers as object[];
    Object.assign(spec.template.spec, {
      containers: [{ ...container, args, volumeMounts: [{ name: 'files', mountPath: '/etc/exporter/' }] }],
      volumes: [{ name: 'files', configMap: { name: 'files' } }],
    });
    const metadata = { name: map, namespace: deploymentOf(objects).metadata.namespace };
    return [...objects, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: files }] as readonly KubernetesObject[];
  };
  const file = '--custom-resource-state-config-file=/etc/exporter/state.yaml';

  test('are part of its arguments, and of the options of its pods', () => {
    const target = deriveFrom(mounting(['--port=8080', file], { 'state.yaml': state('size') }));
    expect(target.arguments).toEqual(['--port=8080', `--custom-resource-state-config=${state('size')}`]);
    const pod = { metadata: { name: 'pod', namespace: 'monitoring' }, spec: { nodeName: 'node' } } as never;
    expect(optionsOfPod(target, pod, 1).customResources).toMatchObject([
      { kind: 'Foo', families: [{ name: 'kube_customresource_size' }] },
    ]);
  });

  test('may name one another: the options of --config replace the arguments', () => {
    const config = 'resources: {pods: {}}\ncustom_resource_state_config_file: /etc/exporter/state.yaml\n';
    const { arguments: args } = deriveFrom(
      mounting(['--config', '/etc/exporter/options.yaml', '--resources=nodes'], {
        'options.yaml': config,
        'state.yaml': state('size'),
      }),
    );
    expect(args).toEqual(['--resources=pods', `--custom-resource-state-config=${state('size')}`]);
  });

  test('have what listens where: ports, hosts, TLS and tokens of --config replace the arguments', () => {
    const options = 'port: 9090\ntelemetry_port: 9091\ntelemetry_host: 127.0.0.1\ntls_config: /tls/web.yaml\nauth_filter: true\n';
    const target = deriveFrom(
      mounting(['--config=/etc/exporter/options.yaml', '--port=8080', '--host=127.0.0.1'], {
        'options.yaml': `${options}host: ''\nnamespace: monitoring\nenable_gzip_encoding: yes\n`,
      }),
    );
    const { containers } = target.workload.spec.template.spec;

    expect([target.ports.metrics.number, target.ports.telemetry.number]).toEqual([9090, 9091]);
    expect(listenerOf(containers, 9090)).toEqual({ onLoopback: false, tls: true, token: true });
    expect(listenerOf(containers, 9091)).toEqual({ onLoopback: true, tls: true, token: true });
    expect(compressesScrapes(target.arguments)).toBe(true);
    expect(target.arguments).toContain('--pod-namespace=monitoring');
  });

  test('show in the pods of the workload what listens where, and nothing changes in others', () => {
    const objects = mounting(['--config=/etc/exporter/options.yaml'], {
      'options.yaml': 'port: 9090\ntls_config: /tls/web.yaml\n',
    });
    const target = deriveFrom(objects);
    const podOf = (workload: KubernetesObject) => (workload as Workload).spec.template as unknown as Pod;
    const pod = podOf(deploymentOf(objects));

    expect(listenerOf(pod.spec.containers, 9090).tls).toBe(false);
    expect(listenerOf(withConfigOf(target, pod).spec.containers, 9090).tls).toBe(true);
    const plain = podOf(deploymentOf(knownTargets.current.rendering()));
    expect(withConfigOf(target, plain)).toBe(plain);
  });

  test('divide the objects: the shards of --config are those of the manifests', () => {
    const objects = mounting(['--config=/etc/exporter/options.yaml'], { 'options.yaml': 'shard: 1\ntotal_shards: 2\n' });
    const { container } = deriveTarget(objects, { name: 'example', workloads: 'any' });

    expect(container.args).toEqual(['--shard=1', '--total-shards=2']);
  });

  test.each<[string, readonly KubernetesObject[], string]>([
    [
      'a port that is none',
      mounting(['--config=/etc/exporter/options.yaml'], { 'options.yaml': 'port: http\n' }),
      'options.yaml: port is "http": expected a whole number',
    ],
    [
      'what the exporter refuses',
      mounting([file], { 'state.yaml': 'spec: {resources: 3}' }),
      'state.yaml: spec.resources is "3": expected a list',
    ],
    ['a file that no ConfigMap has', mounting([file], {}), `has ${file}, and no ConfigMap with that file is mounted there`],
    ['a ConfigMap that is absent', mounting([file], { 'state.yaml': state('size') }, 'others'), 'no ConfigMap with that file'],
  ])('%s is a usage error', (_, objects, sentence) => {
    expect(() => deriveFrom(objects)).toThrow(sentence);
  });

  test('decide what the exporter reads: the resources of the configuration, and their definitions', () => {
    const target = deriveFrom(mounting([file], { 'state.yaml': state('size') }));
    const custom = readsOf(target)
      .slice(-2)
      .map(({ resource, group }) => `${resource}.${group}`);
    expect(custom).toEqual(['customresourcedefinitions.apiextensions.k8s.io', 'foos.acme.io']);
  });

  test('a wildcard is what the cluster serves of the group, and a plural that of the cluster', () => {
    const wild = JSON.stringify({ spec: { resources: [{ groupVersionKind: { group: 'acme.io', version: '*', kind: '*' } }] } });
    const served = (name: string, kind: string, apiVersion = 'acme.io/v1') => ({
      ...{ apiVersion, group: apiVersion.split('/')[0] ?? '', name, kind, namespaced: true, verbs: ['list'] },
    });
    const mapper = new ResourceMapper([
      served('foos', 'Foo'),
      served('policies', 'Policy', 'acme.io/v2'),
      served('bars', 'Bar', 'b.io/v1'),
    ]);
    const target = deriveFrom(mounting([file], { 'state.yaml': wild }));
    const customOf = (reads: readonly Readable[]) =>
      reads.filter(({ custom }) => custom).map(({ resource, apiVersion }) => `${resource} ${apiVersion}`);
    expect(customOf(readsOf(target))).toEqual([]);
    expect(customOf(servedReads(target, mapper))).toEqual(['foos acme.io/v1', 'policies acme.io/v2']);
    expect(servedReads(target, mapper).map(goTypeOf)).toContain('*unstructured.Unstructured');
  });
});
