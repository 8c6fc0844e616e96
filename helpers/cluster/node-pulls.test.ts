import { simulatedCluster } from '../../simulator/testing.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import { ownedObjects } from '../kube/owned/testing/owned.ts';
import { seconds } from '../wait.ts';
import { ImageUnavailable } from './local-images.ts';
import { pullOnNodes, waitWhilePulled } from './node-pulls.ts';

describe('pulled by the nodes', () => {
  const cluster = simulatedCluster('test');

  /** Pulls an image that the node has after so many observations. */
  async function pulling(image: string, arrivesAfter: number): Promise<readonly string[]> {
    const lines: string[] = [];
    let observed = 0;
    const missing = async () => {
      observed += 1;
      return observed > arrivesAfter ? [] : [{ image, node: 'server' }];
    };
    const pulls = { images: [image], missing, note: (line: string) => lines.push(line) };
    await pullOnNodes(cluster.client, ownedObjects(cluster, 'pulls'), pulls);
    return lines;
  }

  test('images are waited for, and the namespace that pulled them is removed', async () => {
    const lines = await pulling('busybox:1.36', 3);

    expect(lines).toEqual(['pulled by the nodes: busybox:1.36', expect.stringMatching(/^every node has them after \d/)]);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', name: 'conformance-pulls-images' };
    expect(await cluster.client.find(namespace)).toBeUndefined();
  }, 60_000);

  test('nothing is created for images that the nodes have', async () => {
    expect(await pulling('busybox:1.36', 0)).toEqual([]);
  });

  test('a final refusal ends the run at once with the kubelet’s words', async () => {
    const refusal = pulling('registry.example/exporter:v1', 100);

    await expect(refusal).rejects.toThrow(ImageUnavailable);
    await expect(refusal).rejects.toThrow(/^The image registry\.example\/exporter:v1 cannot be pulled: .*: not found\./);
  }, 60_000);
});

describe('pulled on a cluster that exists', () => {
  const { jest: timers } = import.meta as unknown as { jest: typeof jest };
  beforeEach(() => timers.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
  afterEach(() => timers.useRealTimers());

  type Step = readonly [second: number, reason: string, message: string];
  const failed = (words: string) => `Failed to pull image "exporter:v1": rpc error: code = Unknown desc = ${words}`;
  const pod = { metadata: { uid: 'uid', name: 'exporter' }, spec: { containers: [{ name: 'main', image: 'exporter:v1' }] } };

  /** Waits in a cluster whose kubelet reports these events, each at its second; how that ended, after how many seconds. */
  async function waiting(steps: readonly Step[], pods: readonly object[] = [pod], mayReadEvents = true): Promise<string> {
    const begun = performance.now();
    const elapsed = () => (performance.now() - begun) / 1000;
    const events = steps.map(([second, reason, message]) => ({
      involvedObject: { uid: 'uid', fieldPath: 'spec.containers{main}' },
      reason,
      message,
      lastTimestamp: new Date(Date.UTC(2030, 0, 1) + second * 1000).toISOString(),
      second,
    }));
    const list = async ({ kind }: { kind: string }) => {
      if (kind === 'Pod') return pods;
      if (mayReadEvents) return events.filter(({ second }) => second <= elapsed());
      throw new ApiError('GET', 'events', 403, 'Forbidden', 'planted');
    };
    const ended = waitWhilePulled({ list } as unknown as KubeClient, 'monitoring', 'exporter:v1', () => undefined).then(
      () => `went on after ${Math.round(elapsed())} s`,
      (error: Error) => `${error.name} after ${Math.round(elapsed())} s: ${error.message}`,
    );
    await timers.advanceTimersByTimeAsync(seconds(600));
    return ended;
  }

  test('a slow pull is waited for', async () => {
    expect(
      await waiting([
        [2, 'Pulling', ''],
        [400, 'Pulled', ''],
      ]),
    ).toBe('went on after 400 s');
  });

  test('a failure is waited out, whatever the pod’s own state', async () => {
    const steps: Step[] = [
      [1, 'Pulling', ''],
      [1, 'Failed', failed('connection refused')],
      [61, 'Pulling', ''],
      [300, 'Pulled', ''],
    ];
    expect(await waiting(steps)).toBe('went on after 300 s');
  });

  test.each([
    [
      'at once where it is final',
      'manifest unknown',
      /^InfrastructureError after 1 s: The image exporter:v1 cannot be pulled: manifest unknown/,
    ],
    [
      'after a minute where it may pass',
      'connection refused',
      /^InfrastructureError after 6[12] s: .*connection refused \(for 60 s\)\. Check the connection/,
    ],
  ])('a failure is of the infrastructure %s', async (_, words, end) => {
    expect(await waiting([[1, 'Failed', failed(words)]])).toMatch(end);
  });

  const inState = (state: object) => ({ ...pod, status: { containerStatuses: [{ name: 'main', state }] } });

  test('where events may not be read, the pod’s own state decides', async () => {
    const refused = inState({ waiting: { reason: 'ErrImagePull', message: 'exporter:v1: not found' } });
    expect(await waiting([], [refused], false)).toMatch(/^InfrastructureError after 0 s: .*ErrImagePull: exporter:v1: not found/);
    expect(await waiting([], [inState({ running: {} })], false)).toBe('went on after 0 s');
    expect(await waiting([], [inState({ waiting: { reason: 'CrashLoopBackOff' } })], false)).toBe('went on after 0 s');
  });

  test('without a pod that pulls it goes on after 20 s, for the requirements to judge', async () => {
    expect(await waiting([], [])).toBe('went on after 20 s');
  });
});
