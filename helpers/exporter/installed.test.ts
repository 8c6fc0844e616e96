import type { KubeClient } from '../kube/client.ts';
import type { Pod } from '../kube/pod.ts';
import { InstalledTarget } from './installed.ts';
import { knownTargets } from './known.ts';
import { deriveTarget } from './target.ts';

const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });
const owner = (kind: string, name: string) => ({ ownerReferences: [{ apiVersion: 'apps/v1', kind, name, uid: name }] });
const replicaSet = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'set', ...owner('Deployment', target.deployment.metadata.name) },
};

/** The exporter's pod with a status, in a cluster that holds nothing else. */
function exporterWith(status: Pod['status'], name = 'exporter'): InstalledTarget {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...owner('ReplicaSet', 'set') },
    spec: { containers: [] },
    status,
  };
  const list = async ({ kind }: { kind: string }) => (kind === 'ReplicaSet' ? [replicaSet] : [pod]);
  return new InstalledTarget({ list } as unknown as KubeClient, target);
}

test('the pod that the Deployment owns is found as soon as it is Ready', async () => {
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  await expect(exporterWith(ready, 'one').pod()).resolves.toMatchObject({ metadata: { name: 'one' } });
});

describe('a pod that runs and is not Ready', () => {
  const running = { containerStatuses: [{ name: 'server', ready: false, restartCount: 0, state: { running: {} } }] };
  const realNow = performance.now;
  let now = 0;

  beforeEach(() => {
    now = 0;
    performance.now = () => now;
  });
  afterEach(() => {
    performance.now = realNow;
  });

  test('is used once its process has been observed for 10 s', async () => {
    const exporter = exporterWith(running);
    await expect(exporter.pod(0)).rejects.toMatchObject({ expected: expect.stringContaining('Ready, or running for 10 s') });
    now = 9_999;
    await expect(exporter.pod(0)).rejects.toThrow();
    now = 10_000;
    await expect(exporter.pod(0)).resolves.toMatchObject({ metadata: { name: 'exporter' } });
  });

  test('is no Ready pod, and is waited for only once', async () => {
    const exporter = exporterWith(running);
    await expect(exporter.pod(0)).rejects.toThrow();
    now = 60_000;
    await expect(exporter.readyPod()).rejects.toMatchObject({ actual: expect.stringContaining('exporter') });
  });
});

test('a pod that no node takes is still waited for at first: the scheduler may not have tried again yet', async () => {
  const conditions = [
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '1 node(s) had untolerated taint' },
  ];
  const brief = exporterWith({ conditions }).pod(600);
  await expect(brief).rejects.toMatchObject({
    expected: expect.stringContaining('within 0.6 s'),
    actual: expect.stringContaining('untolerated taint'),
  });
});

test('where admission refuses the pod, its words are what was seen', async () => {
  const message = 'pods "exporter-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true';
  const refused = { ...replicaSet, status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message }] } };
  const list = async ({ kind }: { kind: string }) => (kind === 'ReplicaSet' ? [refused] : []);
  const exporter = new InstalledTarget({ list } as unknown as KubeClient, target);
  await expect(exporter.pod(100)).rejects.toMatchObject({ actual: `no pod at all, as the API server refuses it: ${message}` });
});

test('a pod that crashes again and again is not waited for either', async () => {
  const containerStatuses = [
    { name: 'server', ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } },
  ];
  await expect(exporterWith({ containerStatuses }).pod()).rejects.toMatchObject({
    actual: expect.stringContaining('CrashLoopBackOff'),
  });
});

test('a pod that is not Ready yet is enough where it is what is asked for', async () => {
  const running = { containerStatuses: [{ name: 'server', ready: false, restartCount: 0, state: { running: {} } }] };
  const asked: string[] = [];
  const answers = async ({ metadata }: Pod) => asked.push(metadata.name) > 1;
  await expect(exporterWith(running).podThat('that answers', answers)).resolves.toMatchObject({ metadata: { name: 'exporter' } });
  expect(asked).toEqual(['exporter', 'exporter']);
});

test('a pod whose container does not run is not asked', async () => {
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  const never = async () => Promise.reject(new Error('asked'));
  await expect(exporterWith(ready).podThat('that answers', never)).resolves.toMatchObject({ metadata: { name: 'exporter' } });
});
