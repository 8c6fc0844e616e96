import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import { readObjects } from './read-objects.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';
const metadataWithCopy = { name: 'x', managedFields: [{}], annotations: { [lastApplied]: '{"data": "secret"}', kept: 'yes' } };
const stored: Readonly<Record<string, RawObject>> = {
  Secret: {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    metadata: metadataWithCopy,
    data: { a: 'b' },
    stringData: { c: 'd' },
  },
  ConfigMap: { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataWithCopy, data: { a: 'b' }, binaryData: { c: 'd' } },
  Widget: { apiVersion: 'v1', kind: 'Widget', metadata: metadataWithCopy, data: 'its own' },
};

const client = {
  mapper: { versionOf: () => 'v1' },
  list: async ({ kind }: { kind: string }, _: unknown, trim: (object: KubernetesObject) => KubernetesObject) => [
    trim(stored[kind] as KubernetesObject),
  ],
} as unknown as KubeClient;

const kinds = Object.keys(stored).map((kind) => ({ group: '', kind }));

test('payloads and managed fields are dropped as the objects are read', async () => {
  const metadata = { name: 'x', annotations: { kept: 'yes' } };
  expect(await readObjects(client, kinds)).toEqual([
    { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata },
    { apiVersion: 'v1', kind: 'Widget', metadata, data: 'its own' },
  ]);
});

test('annotations are kept where the exporter exposes some', async () => {
  const [secret] = await readObjects(client, kinds, { metricAnnotationsAllowlist: new Map() });
  expect(secret?.metadata.annotations).toEqual(metadataWithCopy.annotations);
  expect(secret).not.toHaveProperty('data');
});
