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

/** A response of the API server's proxy to a scrape. */
const scraped = (status: number, body: string) => ({
  status,
  headers: { 'content-type': 'text/plain' },
  data: Buffer.from(body),
});

/** A client of a cluster of its own that answers lists, and scrapes as an exporter that does not listen unless `answer` is given. */
const clientWith = (
  list: unknown,
  workload: object | undefined = target.workload,
  answer: () => Promise<object> = async () => scraped(503, 'connection refused'),
) => ({ list, find: async () => workload, answer, connection: { agent: {} } }) as unknown as KubeClient;

/** The installed exporter with one pod of this status. */
function exporterWith(status: Pod['status'], name = 'exporter', answer?: () => Promise<object>): InstalledTarget {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...owner('ReplicaSet', 'set') },
    spec: { containers: [] },
    status,
  };
  const list = async ({ kind }: { kind: string }) => (kind === 'ReplicaSet' ? [replicaSet] : [pod]);
  return new InstalledTarget(clientWith(list, undefined, answer), target);
}

test('a Ready pod of the Deployment is returned', async () => {
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  await expect(exporterWith(ready, 'ready').pod()).resolves.toMatchObject({ metadata: { name: 'ready' } });
});

/** For the tests of a group: `performance.now()` returns the `now` of this, 0 at first, in milliseconds. */
function stoppedTime(): { now: number } {
  const time = { now: 0 };
  const realNow = performance.now;
  beforeEach(() => {
    time.now = 0;
    performance.now = () => time.now;
  });
  afterEach(() => {
    performance.now = realNow;
  });
  return time;
}

describe('a pod that runs and is not Ready', () => {
  const running = { containerStatuses: [{ name: 'server', ready: false, restartCount: 0, state: { running: {} } }] };
  const time = stoppedTime();

  test('is used once its process has been observed for 10 s', async () => {
    const exporter = exporterWith(running);
    await expect(exporter.pod(0)).rejects.toMatchObject({ expected: expect.stringContaining('or running for 10 s') });
    time.now = 9_999;
    await expect(exporter.pod(0)).rejects.toThrow();
    time.now = 10_000;
    await expect(exporter.pod(0)).resolves.toMatchObject({ metadata: { name: 'exporter' } });
  });

  test('is used as soon as its scrapes have had the same families for a second', async () => {
    let body = '# TYPE kube_pod_info gauge\n';
    const exporter = exporterWith(running, 'exporter', async () => scraped(200, body));
    const uses = () =>
      exporter.pod(0).then(
        ({ metadata }) => metadata.name,
        () => 'none',
      );
    await expect(uses()).resolves.toBe('none');
    time.now = 1_000;
    await expect(uses()).resolves.toBe('none');

    body += 'kube_pod_info{pod="a"} 1\n';
    await expect(uses()).resolves.toBe('none');
    time.now = 1_900;
    body += '# TYPE kube_node_info gauge\nkube_node_info{node="a"} 1\n';
    await expect(uses()).resolves.toBe('none');
    time.now = 2_800;
    await expect(uses()).resolves.toBe('none');
    time.now = 2_900;
    await expect(uses()).resolves.toBe('exporter');
    await expect(exporter.servedPod(0)).rejects.toThrow();
  });

  test('is not used for its scrapes once it was restarted, as it may be in a crash loop', async () => {
    const restarted = { containerStatuses: [{ ...running.containerStatuses[0], restartCount: 1 }] } as Pod['status'];
    const exporter = exporterWith(restarted, 'exporter', async () => scraped(200, 'kube_pod_info{pod="a"} 1\n'));
    await expect(exporter.pod(0)).rejects.toThrow();
    time.now = 2_000;
    await expect(exporter.pod(0)).rejects.toThrow();
  });

  test('is no Ready pod, and is waited for only once', async () => {
    const exporter = exporterWith(running);
    await expect(exporter.pod(0)).rejects.toThrow();
    time.now = 60_000;
    await expect(exporter.readyPod()).rejects.toMatchObject({ actual: expect.stringContaining('exporter') });
  });
});

describe('a pod whose readiness probe fails', () => {
  const time = stoppedTime();
  const running = { phase: 'Running', containerStatuses: [{ name: 'other', ready: false, restartCount: 0 }] } as Pod['status'];

  /** The wait for a Ready pod, 6 s after it was first observed to run, where the kubelet has this event. */
  async function readyPodWith(message: string, status = 200) {
    const events = [{ reason: 'Unhealthy', message, involvedObject: { uid: '' } }];
    const exporter = exporterWith(running, 'exporter', async () => ({ status, headers: {}, data: { items: events } }));
    const waiting = exporter.readyPod().catch(({ actual }: { actual: string }) => actual);
    await new Promise((resolve) => setImmediate(resolve));
    time.now = 6000;
    setTimeout(() => (time.now = 61_000), 600);
    return { actual: await waiting, endedAt: time.now };
  }

  test.each([
    ['not', 6000, 'Readiness probe failed: Get "https://10.42.0.5:8080/": http: server gave HTTP response to HTTPS client'],
    ['not', 6000, 'Readiness probe failed: HTTP probe failed with statuscode: 400'],
    ['to the deadline', 61_000, 'Readiness probe failed: Get "http://10.42.0.5:8080/": dial tcp: connect: connection refused'],
    ['to the deadline', 61_000, 'Readiness probe failed: HTTP probe failed with statuscode: 503'],
  ])('is waited for %s, by %i ms, and the failure has the words of the kubelet: %s', async (_, end, message) => {
    const { actual, endedAt } = await readyPodWith(message);

    expect(actual).toContain(message);
    expect(endedAt).toBe(end);
  });

  test('is waited for without these words where the events may not be read', async () => {
    const { actual, endedAt } = await readyPodWith('Readiness probe failed: HTTP probe failed with statuscode: 400', 403);

    expect(actual).not.toContain('Readiness probe');
    expect(endedAt).toBe(61_000);
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
  const exporter = new InstalledTarget(clientWith(list), target);

  const replacement = await exporter.replacementOf(pod('old', 'True') as unknown as Pod);

  expect(replacement.metadata.uid).toBe('new');
  expect(observations).toEqual([]);
});

/** A pod that the scheduler refuses with this message. */
const unschedulable = (message: string) => ({
  conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
});

describe('an unschedulable pod', () => {
  test.each([
    '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.',
    '0/1 nodes are available: 1 Insufficient memory. preemption: 0/1 nodes are available: 1 No preemption victims found.',
    '0/2 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint {a: b}.',
    '0/1 nodes are available: 1 node(s) were unschedulable.',
    "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
  ])('is waited for where it may be scheduled: %s', async (message) => {
    await expect(exporterWith(unschedulable(message)).pod(300)).rejects.toMatchObject({
      expected: expect.stringContaining('within 0.3 s'),
      actual: expect.stringContaining(message),
    });
  });

  test.each([
    '0/1 nodes are available: 1 node(s) had untolerated taint {k3s-controlplane: true}. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.',
    "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {k3s-controlplane: true}.",
    '0/2 nodes are available: 1 node(s) had untolerated taint {k3s-controlplane: true}, 1 node(s) were unschedulable.',
  ])('is not waited for where nobody removes the taint: %s', async (message) => {
    await expect(exporterWith(unschedulable(message)).pod()).rejects.toMatchObject({ actual: expect.stringContaining(message) });
  });
});

describe('what one area has waited for', () => {
  const time = stoppedTime();

  /** Two areas of a run, whose observations take 30 s each; `pods` may change. */
  function areas(pods: object[], workload?: object) {
    const observations: string[] = [];
    const list = async ({ kind }: { kind: string }) => {
      observations.push(kind);
      if (kind === 'Pod') time.now += 30_000;
      return kind === 'ReplicaSet' ? [replicaSet] : pods;
    };
    const client = clientWith(list, workload);
    const [first, second] = [new InstalledTarget(client, target), new InstalledTarget(client, target)];
    return { client, first, second, observations };
  }
  const creating = {
    metadata: { name: 'exporter', uid: '1', ...owner('ReplicaSet', 'set') },
    spec: { containers: [], nodeName: 'server' },
    status: { phase: 'Pending' },
  };

  test('to its deadline is not waited for by another, which fails with the same state', async () => {
    const { first, second, observations } = areas([creating]);
    await expect(first.pod()).rejects.toMatchObject({ actual: 'exporter Pending, on server' });
    const before = observations.length;

    await expect(second.pod()).rejects.toMatchObject({ actual: 'exporter Pending, on server' });

    expect(observations.slice(before)).toEqual(['ReplicaSet', 'Pod']);
  });

  test('is waited for again when the pod has moved on, and a pod that is Ready at last is returned', async () => {
    const pods: object[] = [creating];
    const { first, second } = areas(pods);
    await expect(first.pod()).rejects.toThrow();

    pods[0] = { ...creating, status: { conditions: [{ type: 'Ready', status: 'True' }] } };

    await expect(second.pod()).resolves.toMatchObject({ metadata: { uid: '1' } });
  });

  test('and never had a pod is not waited for again, nor is a replacement of what was never Ready', async () => {
    const { first, second, observations } = areas([], { ...target.workload, metadata: { name: 'exporter', uid: 'd' } });
    await expect(first.pod()).rejects.toMatchObject({ actual: 'no pod' });
    const before = observations.length;
    await expect(second.pod()).rejects.toMatchObject({ actual: 'no pod' });
    expect(observations.slice(before)).toEqual(['ReplicaSet', 'Pod']);

    const never = areas([creating]);
    await expect(never.first.readyPod()).rejects.toThrow();
    const restarted = { ...creating, status: { containerStatuses: [{ name: 'server', ready: false, restartCount: 1 }] } };
    await expect(never.second.replacementOf(restarted as unknown as Pod)).rejects.toMatchObject({
      actual: expect.stringContaining('did not become Ready either'),
    });
  });

  test('is not waited for again by a copy of the workload', async () => {
    const { client, first, second } = areas([creating]);
    await expect(first.readyPod()).rejects.toThrow();
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    const previous = { ...creating, metadata: { name: 'previous', uid: '0' }, status } as unknown as Pod;

    await expect(new InstalledTarget(client, target, second).replacementOf(previous)).rejects.toMatchObject({
      actual: expect.stringContaining(`the pod of the ${first.name} did not become Ready either`),
    });
  });
});

test('a workload without replicas, or that does not exist, has no pod to wait for', async () => {
  const list = async () => [];
  const scaledDown = new InstalledTarget(clientWith(list, { ...target.workload, spec: { replicas: 0 } }), target);
  await expect(scaledDown.pod()).rejects.toMatchObject({ actual: 'no pod, as its workload has 0 replicas' });

  const client = { list, find: async () => undefined, connection: { agent: {} } } as unknown as KubeClient;
  await expect(new InstalledTarget(client, target).pod()).rejects.toMatchObject({
    actual: 'no pod, as its workload does not exist',
  });
});

test('a refusal of admission is the actual state', async () => {
  const message = 'pods "exporter-1" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true';
  const refused = { ...replicaSet, status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message }] } };
  const list = async ({ kind }: { kind: string }) => (kind === 'ReplicaSet' ? [refused] : []);
  const exporter = new InstalledTarget(clientWith(list), target);
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

test('a pod whose options are in the file of --config shows them as arguments, by which it is reached', async () => {
  const args = ['--port=9090', '--tls-config=/tls/web.yaml'];
  const configured = { ...target, container: { ...target.container, args } };
  const containers = [{ ...target.container, args: ['--config=/etc/options/options.yaml'] }];
  const pod = { metadata: { name: 'exporter', ...owner('ReplicaSet', 'set') }, spec: { containers }, status: {} };
  const list = async ({ kind }: { kind: string }) => (kind === 'ReplicaSet' ? [replicaSet] : [pod]);

  const [found] = await new InstalledTarget(clientWith(list), configured).pods();

  expect(found?.spec.containers[0]?.args).toEqual(args);
});
