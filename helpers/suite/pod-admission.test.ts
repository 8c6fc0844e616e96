import { fixtures } from '../../fixtures/index.ts';
import { simulatedCluster } from '../../simulator/testing.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import { ownedObjects } from '../kube/owned/testing/owned.ts';
import type { Pod } from '../kube/pod.ts';
import { restricted } from '../kube/restricted.ts';
import { prometheusObjects } from '../prometheus/pod.ts';
import { controlPod } from './control-pod.ts';
import { createFixtures, fixtureContext, fixturesSettled } from './fixtures.ts';
import { refusedPods } from './pod-admission.ts';
import { makeNamespace } from './scratch.ts';

const cluster = simulatedCluster('file', { podSecurity: 'restricted' });
const run = { id: 'a1b2c3', clusterKind: 'simulated', kubernetes: 'v1.24.17', workloadImage: 'busybox:1.36' } as const;
const metadata = { namespace: 'used', name: 'preflight' };

/** A client of an API server that refuses every pod with this message. */
function refusing(status: number, message: string): KubeClient {
  const create = () => Promise.reject(new ApiError('POST', '/api/v1/namespaces/used/pods', status, 'BadRequest', message));
  return { create } as unknown as KubeClient;
}

const neighbour = { neighbour: controlPod('busybox:1.36', metadata) };

test('control pods and Prometheus are admitted by the restricted level, and a dry run stores nothing', async () => {
  await makeNamespace(cluster.client, ownedObjects(cluster, run.id), metadata.namespace);
  const { pod: prometheus } = prometheusObjects({ ...metadata, image: 'prometheus', files: {} });
  expect(await refusedPods(cluster.client, { ...neighbour, prometheus })).toEqual({});
  expect(await cluster.client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: metadata.namespace })).toEqual([]);
});

test('a refusal has the kind of pod, the namespace, the level and the API server’s message', async () => {
  await makeNamespace(cluster.client, ownedObjects(cluster, run.id), metadata.namespace);
  const container = { securityContext: { ...restricted.container, capabilities: { drop: ['ALL'], add: ['SYS_PTRACE'] } } };
  const { inspector } = await refusedPods(cluster.client, { inspector: controlPod('busybox:1.36', { ...metadata, container }) });
  expect(inspector).toBe(
    "Pod Security (restricted) forbids the container that inspects the exporter's process in the namespace used: " +
      'pods "preflight" is forbidden: violates PodSecurity "restricted:latest": unrestricted capabilities ' +
      '(container "control" must not include "SYS_PTRACE" in securityContext.capabilities.add)',
  );
});

test('the refusal of another policy has its message, and one that does not answer a dry run refuses nothing', async () => {
  const denial = 'admission webhook "validate.example.com" denied the request';
  expect(await refusedPods(refusing(400, denial), neighbour)).toEqual({
    neighbour: `The API server refuses a control pod beside the exporter in the namespace used: ${denial}`,
  });
  const silent = refusing(400, 'admission webhook "mutate.example.com" does not support dry run');
  expect(await refusedPods(silent, neighbour)).toEqual({});
});

test('an error that is no refusal is thrown', async () => {
  await expect(refusedPods(refusing(404, 'namespaces "used" not found'), neighbour)).rejects.toThrow('not found');
});

test('of all fixtures the restricted level refuses one, which is omitted, and the others reach their states', async () => {
  const refused = await createFixtures(cluster.client, ownedObjects(cluster, run.id), run);
  expect(Object.keys(refused)).toEqual(['host-network-pod']);

  const { namespace } = fixtureContext(run);
  const names = (await cluster.client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace })).map((pod) => pod.metadata.name);
  expect(names).toContain('several-containers');
  expect(names).not.toContain('on-host-network');
  expect(fixtures.flatMap((fixture) => fixture.objects(fixtureContext(run)).map((object) => object.metadata.name))).toContain(
    'on-host-network',
  );
  await fixturesSettled(cluster.client, { ...run, refusedPods: refused });
}, 60_000);
