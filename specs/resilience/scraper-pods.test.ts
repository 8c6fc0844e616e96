import { knownTargets } from '../../helpers/exporter/known.ts';
import { deriveTarget } from '../../helpers/exporter/target.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { receiveQueue, touchEveryKind } from './scraper-pods.ts';

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

test('The unread bytes of a connection are in the second half of its queue column', () => {
  const toExporter = '   0: 0500A80A:9C40 0300A80A:1F90 01 00000010:00061A80 00:00000000 00000000     0        0 1 1';

  expect(receiveQueue([header, toExporter].join('\n'), 8080)).toBe(400_000);
});

test('Connections to other ports do not count', () => {
  const elsewhere = '   0: 0500A80A:1F90 0300A80A:0050 01 00000000:00061A80 00:00000000 00000000     0        0 1 1';

  expect(receiveQueue([header, elsewhere].join('\n'), 8080)).toBe(0);
});

test('Several connections add up', () => {
  const first = '   0: 0500A80A:9C40 0300A80A:1F90 01 00000000:0000000A 00:00000000 00000000     0        0 1 1';
  const second = '   1: 0500A80A:9C41 0300A80A:1F90 01 00000000:00000014 00:00000000 00000000     0        0 1 1';

  expect(receiveQueue([header, first, second].join('\n'), 8080)).toBe(30);
});

test('Beside a stalled reader an object of every kind changes, and no ConfigMap or Secret of the fixtures', async () => {
  const changed: string[] = [];
  const client = {
    mapper: { serves: (_: string, kind: string) => ['ConfigMap', 'Node', 'Pod', 'Secret'].includes(kind) },
    list: async ({ kind }: { kind: string }) => [
      { apiVersion: 'v1', kind, metadata: { name: 'fixture', namespace: 'fixtures' } },
    ],
    merge: async ({ kind, name }: { kind: string; name: string }) => changed.push(`${kind} ${name}`),
  };
  const scratch = {
    namespace: async () => 'scratch',
    create: async ({ kind, metadata }: KubernetesObject) => changed.push(`${kind} ${metadata.namespace}/${metadata.name}`),
  };
  const context = {
    ...{ client, scratch, objects: { owns: () => true }, run: { id: 'run' } },
    target: deriveTarget(knownTargets.agent.rendering(), { name: 'agent' }),
  } as unknown as Parameters<typeof touchEveryKind>[0];

  await expect(touchEveryKind(context, 'beside')).resolves.toBe(4);
  expect(changed.sort()).toEqual(['ConfigMap scratch/beside', 'Node fixture', 'Pod fixture', 'Secret scratch/beside']);
});
