import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject, RawObject } from '../kube/object.ts';
import { PackedBytes } from '../kube/packed-bytes.ts';
import type { PageTaker } from '../kube/pages.ts';
import { storeObjects } from './read-objects.ts';

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

/** A client whose list is read again from its first page after its first object. */
const client = {
  mapper: { versionOf: () => 'v1' },
  eachOf: async ({ kind }: { kind: string }, { take, restart }: PageTaker<KubernetesObject>) => {
    take({ ...stored[kind], metadata: { name: 'gone' } } as KubernetesObject);
    restart();
    take(stored[kind] as KubernetesObject);
  },
} as unknown as KubeClient;

const kinds = Object.keys(stored).map((kind) => ({ group: '', kind }));

test('payloads and managed fields are dropped as the objects are read, and what was read of a list that begins again', async () => {
  const metadata = { name: 'x', annotations: { kept: 'yes' } };
  expect([...(await storeObjects(client, kinds))]).toEqual([
    { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata },
    { apiVersion: 'v1', kind: 'Widget', metadata, data: 'its own' },
  ]);
});

test('annotations are kept where the exporter exposes some', async () => {
  const [secret] = await storeObjects(client, kinds, { metricAnnotationsAllowlist: new Map() });
  expect(secret?.metadata.annotations).toEqual(metadataWithCopy.annotations);
  expect(secret).not.toHaveProperty('data');
});

test('packed bytes are the same, as often as they are read, and few are not packed', async () => {
  const source = Buffer.from('kube_pod_info{pod="a"} 1\n'.repeat(500_000));
  const arrived = new PackedBytes();
  for (let at = 0; at < source.length; at += 65_536) arrived.add(source.subarray(at, at + 65_536));

  for (const packed of [arrived, arrived, PackedBytes.of(source)]) {
    const parts: Uint8Array[] = [];
    for await (const part of packed) parts.push(part);
    expect(parts.length).toBeGreaterThan(1);
    expect(Buffer.concat(parts).equals(source)).toBe(true);
    expect(packed.toBuffer().equals(source)).toBe(true);
    expect(packed.length).toBe(source.length);
  }
  expect(PackedBytes.of(source.subarray(0, 10)).toBuffer()).toEqual(source.subarray(0, 10));
});
