import { simulatedCluster } from '../../simulator/testing.ts';
import { InfrastructureError } from '../errors.ts';
import type { KubeClient } from '../kube/client.ts';
import { startApiServer, status, type TestApiServer } from '../kube/testing/api-server.ts';
import { coreDnsToleration, openBooted, waitForCoreDns, waitForNodes } from './ready.ts';

const timers = () => (import.meta as unknown as { jest: typeof jest }).jest;

/** A client whose lists and gets follow a script: an observation each, the last one for ever. */
function clientThat(script: { readonly nodes?: readonly object[]; readonly deployments?: readonly object[] }) {
  const merged: unknown[] = [];
  const next = (answers: readonly object[], taken: { count: number }) =>
    answers[Math.min(taken.count++, answers.length - 1)] as never;
  const taken = { nodes: { count: 0 }, deployments: { count: 0 } };
  const { nodes = [], deployments = [] } = script;
  const client = {
    list: async () => [next(nodes, taken.nodes)],
    find: async ({ kind }: { kind: string }) => (kind === 'Deployment' ? next(deployments, taken.deployments) : {}),
    merge: async (_: unknown, patch: unknown) => {
      merged.push(patch);
      return next(deployments, taken.deployments);
    },
  } as unknown as KubeClient;
  return { client, merged, taken };
}

const node = (ready: 'True' | 'False', ...taints: readonly string[]) => ({
  metadata: { name: 'server' },
  spec: { taints: taints.map((key) => ({ key })) },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const uninitialized = 'node.cloudprovider.kubernetes.io/uninitialized';

test('a node is waited for until it is Ready and initialized', async () => {
  const { client, taken } = clientThat({
    nodes: [node('False', uninitialized), node('True', uninitialized), node('True', 'other')],
  });

  await waitForNodes(client, 1);

  expect(taken.nodes.count).toBe(3);
});

const toleration = coreDnsToleration({ key: 'k3s-controlplane', value: 'true', effect: 'NoExecute' });
const deployment = (
  generation: number,
  observed: number,
  counts: Readonly<Record<string, number>>,
  tolerations: object[] = [],
) => ({
  metadata: { name: 'coredns', generation },
  spec: { replicas: 1, template: { spec: { tolerations } } },
  status: { observedGeneration: observed, ...counts },
});
const ready = { replicas: 1, updatedReplicas: 1, readyReplicas: 1 };

test.each([
  ['its change is observed', deployment(2, 1, ready, [toleration ?? {}])],
  ['its pod is the updated one', deployment(2, 2, { replicas: 1, readyReplicas: 1 }, [toleration ?? {}])],
  [
    'the pod of the old generation has ended',
    deployment(2, 2, { replicas: 2, updatedReplicas: 1, readyReplicas: 1 }, [toleration ?? {}]),
  ],
  ['its pod is Ready', deployment(2, 2, { replicas: 1, updatedReplicas: 1 }, [toleration ?? {}])],
])('CoreDNS is waited for until %s', async (_, before) => {
  const { client, merged, taken } = clientThat({ deployments: [before, deployment(2, 2, ready, [toleration ?? {}])] });

  await waitForCoreDns(client, toleration);

  expect(taken.deployments.count).toBe(2);
  expect(merged).toEqual([]);
});

test('a toleration that is gone is added again, beside the others', async () => {
  const own = { key: 'CriticalAddonsOnly', operator: 'Exists' };
  const { client, merged } = clientThat({
    deployments: [deployment(1, 1, ready, [own]), deployment(2, 2, ready, [own, toleration ?? {}])],
  });

  await waitForCoreDns(client, toleration);

  const spec = { template: { spec: { tolerations: [own, { operator: 'Exists', effect: 'NoExecute' }] } } };
  expect(merged).toEqual([{ spec }]);
});

test('without a taint, CoreDNS is left as it is', async () => {
  const { client, merged } = clientThat({ deployments: [deployment(1, 1, ready)] });

  await waitForCoreDns(client, coreDnsToleration(undefined));

  expect(merged).toEqual([]);
});

test('a CoreDNS that does not roll out is of the infrastructure, with its last state', async () => {
  const { client } = clientThat({ deployments: [deployment(2, 1, ready)] });
  timers().useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
  try {
    const waiting = waitForCoreDns(client, undefined).catch((error: unknown) => error);
    await timers().advanceTimersByTimeAsync(200_000);

    expect(await waiting).toBeInstanceOf(InfrastructureError);
    expect(((await waiting) as Error).message).toContain(
      'generation 2, observed 1; 1 replica(s) desired, 1 there, 1 updated, 1 ready',
    );
  } finally {
    timers().useRealTimers();
  }
});

describe('in a cluster', () => {
  const cluster = simulatedCluster('test');

  test('CoreDNS tolerates again after its manifest was applied again', async () => {
    const { client } = cluster;
    const coreDns = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'kube-system', name: 'coredns' };
    await waitForCoreDns(client, toleration);
    await client.merge(coreDns, { spec: { template: { spec: { tolerations: [] } } } });

    await waitForCoreDns(client, toleration);

    expect(await client.get(coreDns)).toMatchObject({ spec: { template: { spec: { tolerations: [toleration] } } } });
  }, 60_000);
});

describe('discovery on a cluster that was just booted', () => {
  let api: TestApiServer;
  beforeAll(async () => {
    api = await startApiServer();
  });
  afterAll(() => api.stop());

  const group = { name: 'helm.cattle.io', versions: [{ groupVersion: 'helm.cattle.io/v1' }] };
  const served = status(200, { resources: [] });

  test.each([404, 503])(
    'a group that answers %s while its CRDs are established is requested again',
    async (code) => {
      let refusals = 0;
      api.answer = (response, request, number) => {
        const { pathname } = new URL(request.url ?? '/', api.server);
        if (pathname === '/apis') return status(200, { groups: [group] })(response, request, number);
        if (pathname !== '/apis/helm.cattle.io/v1' || refusals === 3) return served(response, request, number);
        refusals += 1;
        return status(code, { kind: 'Status', message: 'not yet' })(response, request, number);
      };

      const { mapper } = await openBooted(api.kubeconfig());

      expect(refusals).toBe(3);
      expect(mapper.unavailable).toEqual([]);
    },
    30_000,
  );
});
