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
  metadata: { name: 'set', ...owner('Deployment', target.workload.metadata.name) },
};

/** The installed exporter with one pod of this status. */
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

test('a Ready pod of the Deployment is returned', async () => {
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  await expect(exporterWith(ready, 'ready').pod()).resolves.toMatchObject({ metadata: { name: 'ready' } });
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

test('the replacement of a pod is another pod that is Ready', async () => {
  const pod = (uid: string, ready: string) => ({
    metadata: { name: uid, uid, ...owner('ReplicaSet', 'set') },
    spec: { containers: [] },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });
  const observations = [[pod('old', 'True')], [pod('old', 'True'), pod('new', 'False')], [pod('new', 'True')]];
  const list = async ({ kind }: { kind: string }) => (kind === 'ReplicaSet' ? [replicaSet] : observations.shift());
  const exporter = new InstalledTarget({ list } as unknown as KubeClient, target);

  const replacement = await exporter.replacementOf(pod('old', 'True') as unknown as Pod);

  expect(replacement.metadata.uid).toBe('new');
  expect(observations).toEqual([]);
});

test('an unschedulable pod is waited for, as the scheduler may retry', async () => {
  const conditions = [
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '1 node(s) had untolerated taint' },
  ];
  const brief = exporterWith({ conditions }).pod(600);
  await expect(brief).rejects.toMatchObject({
    expected: expect.stringContaining('within 0.6 s'),
    actual: expect.stringContaining('untolerated taint'),
  });
});

test('a refusal of admission is the actual state', async () => {
  const message = 'pods "exporter-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true';
  const refused = { ...replicaSet, status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message }] } };
  const list = async ({ kind }: { kind: string }) => (kind === 'ReplicaSet' ? [refused] : []);
  const exporter = new InstalledTarget({ list } as unknown as KubeClient, target);
  await expect(exporter.pod(100)).rejects.toMatchObject({ actual: `no pod, as the API server refuses it: ${message}` });
});

test('a pod in a crash loop is not waited for', async () => {
  const containerStatuses = [
    { name: 'server', ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } },
  ];
  await expect(exporterWith({ containerStatuses }).pod()).rejects.toMatchObject({
    actual: expect.stringContaining('CrashLoopBackOff'),
  });
});

test('a running pod that is not Ready is returned when it is sufficient', async () => {
  const running = { containerStatuses: [{ name: 'server', ready: false, restartCount: 0, state: { running: {} } }] };
  const checked: string[] = [];
  const responds = async ({ metadata }: Pod) => checked.push(metadata.name) > 1;
  await expect(exporterWith(running).podThat('that responds', responds)).resolves.toMatchObject({
    metadata: { name: 'exporter' },
  });
  expect(checked).toEqual(['exporter', 'exporter']);
});

test('a pod without a running container is not checked', async () => {
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  const never = async () => Promise.reject(new Error('checked'));
  await expect(exporterWith(ready).podThat('that responds', never)).resolves.toMatchObject({ metadata: { name: 'exporter' } });
});
