import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseExporter, kubernetesOf, recordedExporter, runningExporters } from './exporter-pod.ts';

const IMAGE = 'registry.k8s.io/kube-state-metrics/kube-state-metrics';

function exporterPod(name: string, image: string, args: readonly string[] = [], phase = 'Running') {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'monitoring', uid: name },
    spec: { containers: [{ name: 'server', image, args }] },
    status: { phase },
  };
}

test('the exporter is the only pod with its image', () => {
  const objects = [exporterPod('e', `${IMAGE}:v2.6.0`, ['--resources=pods']), exporterPod('web', 'nginx:1')];

  expect(chooseExporter(objects, {})).toMatchObject({ version: 'v2.6.0', args: ['--resources=pods'] });
  expect(chooseExporter(objects, { args: [] })).toMatchObject({ version: 'v2.6.0', args: [] });
});

test.each([
  ['localhost:5000/kube-state-metrics:2.5.0', 'v2.5.0'],
  [`${IMAGE}:v2.20.0@sha256:abc`, 'v2.20.0'],
  [`${IMAGE}-amd64:v2.5.0`, 'v2.5.0'],
  ['rancher/mirrored-kube-state-metrics-kube-state-metrics:v2.10.1', 'v2.10.1'],
  ['docker.io/bitnami/kube-state-metrics:2.15.0-debian-12-r1', 'v2.15.0'],
  [`${IMAGE}@sha256:abc`, undefined],
])('the image %s is an exporter of release %s', (image, version) => {
  expect(runningExporters([exporterPod('e', image)])).toMatchObject([{ version }]);
});

test('an image with a similar name and a terminated pod are not exporters', () => {
  expect(runningExporters([exporterPod('e', 'example.com/not-kube-state-metrics:v2.5.0')])).toEqual([]);
  expect(runningExporters([exporterPod('e', `${IMAGE}:v2.5.0`, [], 'Failed')])).toEqual([]);
});

test('no exporter, several, or one without a known release needs --exporter', () => {
  const two = [exporterPod('e', `${IMAGE}:v2.5.0`), exporterPod('f', `${IMAGE}:v2.6.0`, ['--resources=pods'])];

  expect(() => chooseExporter([], {})).toThrow('set its release with --exporter');
  expect(() => chooseExporter(two, {})).toThrow('monitoring/e');
  expect(() => chooseExporter([exporterPod('e', `${IMAGE}@sha256:abc`)], {})).toThrow('has no release as its tag');
  expect(chooseExporter(two, { exporter: 'v2.6.0' })).toMatchObject({ version: 'v2.6.0', args: ['--resources=pods'] });
  expect(chooseExporter([], { exporter: 'v2.6.0' })).toEqual({ version: 'v2.6.0', args: [] });
});

test('the arguments of an exporter whose tag is no release, or another one, are not dropped in silence', () => {
  const args = ['--resources=pods'];
  const digest = exporterPod('e', `${IMAGE}@sha256:abc`, args);

  expect(chooseExporter([digest], { exporter: 'v2.20.0' })).toMatchObject({ version: 'v2.20.0', args });
  expect(chooseExporter([exporterPod('e', `${IMAGE}:v2.5.0`, args)], { exporter: 'v2.20.0' })).toMatchObject({ args });
  expect(() => chooseExporter([digest, exporterPod('f', `${IMAGE}@sha256:abc`)], { exporter: 'v2.20.0' })).toThrow(
    'set --exporter and --args',
  );
});

test('replicas with the same arguments are one exporter, unless they mount other files', () => {
  const args = ['--config=/etc/ksm/config.yaml'];
  const replica = (name: string, configMap: string) => {
    const pod = exporterPod(name, `${IMAGE}:v2.20.0`, args);
    const volumes = [{ name: 'config', configMap: { name: configMap } }, { name: `token-${name}` }];
    return { ...pod, spec: { ...pod.spec, volumes } };
  };

  expect(chooseExporter([replica('a', 'options'), replica('b', 'options')], {})).toMatchObject({ args });
  expect(() => chooseExporter([replica('a', 'options'), replica('b', 'others')], {})).toThrow('Several pods run an exporter');
});

test('a capture has the release and arguments of its exporter beside the objects', () => {
  const folder = mkdtempSync(join(tmpdir(), 'capture-'));
  const objects = join(folder, 'objects.jsonl.gz');
  const origin = { exporter: 'v2.20.0', kubernetes: 'v1.34.1', args: ['--shard=0', '--total-shards=2'] };

  expect(recordedExporter(objects)).toBeUndefined();
  writeFileSync(join(folder, 'versions.json'), JSON.stringify({ ...origin, target: 'agent' }));
  expect(recordedExporter(objects)).toEqual(origin);
  expect(recordedExporter(join(folder, 'others.json'))).toBeUndefined();
  for (const other of ['{}', '{']) {
    writeFileSync(join(folder, 'versions.json'), other);
    expect(() => recordedExporter(objects)).toThrow('versions.json is not that of a capture: expected its exporter');
  }
});

test('the release of Kubernetes is that of the newest kubelet', () => {
  const node = (name: string, kubeletVersion: string) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    status: { nodeInfo: { kubeletVersion } },
  });

  expect(kubernetesOf([node('a', 'v1.9.11'), node('b', 'v1.34.1+k3s1')])).toBe('v1.34.1+k3s1');
  expect(kubernetesOf([])).toBeUndefined();
});
