import { ApiError } from '../../helpers/kube/api-error.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { simulatedCluster } from '../testing.ts';

const cluster = simulatedCluster('file', { podSecurity: 'restricted' });
const dryRun = { dryRun: 'All' };
const container = { name: 'main', image: 'busybox:1.36' };
const hardened = {
  pod: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
  container: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const hardenedContainer = { ...container, securityContext: hardened.container };
const hardenedSpec = { securityContext: hardened.pod, containers: [hardenedContainer] };

async function makeNamespace(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } } as KubernetesObject);
  await waitFor({
    what: 'the default ServiceAccount',
    within: seconds(5),
    observe: () => cluster.client.find({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: name, name: 'default' }),
    until: (account) => account !== undefined,
    describe: () => 'none',
  });
}

beforeAll(async () => {
  await makeNamespace('unlabelled', {});
  await makeNamespace('baseline', { 'pod-security.kubernetes.io/enforce': 'baseline' });
  await makeNamespace('privileged', { 'pod-security.kubernetes.io/enforce': 'privileged' });
});

/** The message with which the API server rejects a pod; empty when it admits it. */
async function refusal(namespace: string, spec: object): Promise<string> {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name: 'x' }, spec } as unknown as Pod;
  return cluster.client.create(pod, dryRun).then(
    () => '',
    (error: unknown) => {
      if (error instanceof ApiError && error.status === 403) return error.details;
      throw error;
    },
  );
}

test('a namespace without a label has the level of the cluster, and the message lists every violation', async () => {
  expect(await refusal('unlabelled', { containers: [{ ...container, name: 'c' }] })).toBe(
    'pods "x" is forbidden: violates PodSecurity "restricted:latest": ' +
      'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), ' +
      'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), ' +
      'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), ' +
      'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
  );
  expect(await refusal('unlabelled', hardenedSpec)).toBe('');
});

test('the label of a namespace overrides the level of the cluster', async () => {
  expect(await refusal('baseline', { containers: [container] })).toBe('');
  expect(
    await refusal('privileged', { hostPID: true, containers: [{ ...container, securityContext: { privileged: true } }] }),
  ).toBe('');
});

test.each([
  ['host namespaces (hostNetwork=true, hostIPC=true)', { hostNetwork: true, hostIPC: true }, {}],
  ['hostPath volumes (volume "etc")', { volumes: [{ name: 'etc', hostPath: { path: '/etc' } }] }, {}],
  ['hostPort (container "main" uses hostPort 80)', {}, { ports: [{ containerPort: 80, hostPort: 80 }] }],
  ['privileged (container "main" must not set securityContext.privileged=true)', {}, { securityContext: { privileged: true } }],
  [
    'procMount (container "main" must not set securityContext.procMount to "Unmasked")',
    {},
    { securityContext: { procMount: 'Unmasked' } },
  ],
  ['forbidden sysctls (kernel.msgmax)', { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }, {}],
  [
    'non-default capabilities (container "main" must not include "NET_RAW", "SYS_PTRACE" in securityContext.capabilities.add)',
    {},
    { securityContext: { capabilities: { add: ['SYS_PTRACE', 'NET_RAW', 'CHOWN'] } } },
  ],
  [
    'seccompProfile (pod and container "main" must not set securityContext.seccompProfile.type to "Unconfined")',
    { securityContext: { seccompProfile: { type: 'Unconfined' } } },
    { securityContext: { seccompProfile: { type: 'Unconfined' } } },
  ],
])('baseline forbids %s', async (violation, spec, fields) => {
  expect(await refusal('baseline', { ...spec, containers: [{ ...container, ...fields }] })).toBe(
    `pods "x" is forbidden: violates PodSecurity "baseline:latest": ${violation}`,
  );
});

test.each([
  [
    'unrestricted capabilities (container "main" must not include "CHOWN" in securityContext.capabilities.add)',
    {},
    { ...hardened.container, capabilities: { drop: ['ALL'], add: ['CHOWN', 'NET_BIND_SERVICE'] } },
  ],
  [
    'restricted volume types (volume "share" uses restricted volume type "nfs")',
    { volumes: [{ name: 'share', nfs: { server: 'a', path: '/' } }] },
    hardened.container,
  ],
  [
    'runAsNonRoot != true (container "main" must not set securityContext.runAsNonRoot=false)',
    {},
    { ...hardened.container, runAsNonRoot: false },
  ],
  ['runAsUser=0 (container "main" must not set runAsUser=0)', {}, { ...hardened.container, runAsUser: 0 }],
])('restricted forbids %s', async (violation, spec, securityContext) => {
  expect(await refusal('unlabelled', { ...hardenedSpec, ...spec, containers: [{ ...container, securityContext }] })).toBe(
    `pods "x" is forbidden: violates PodSecurity "restricted:latest": ${violation}`,
  );
});

test('init containers are checked as well', async () => {
  const spec = { ...hardenedSpec, initContainers: [{ ...container, name: 'first' }] };
  expect(await refusal('unlabelled', spec)).toContain(
    'container "first" must set securityContext.allowPrivilegeEscalation=false',
  );
});

test('an ephemeral container is rejected like any container, and a dry run stores nothing', async () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'baseline', name: 'inspected' }, spec: hardenedSpec };
  await cluster.client.create(pod as unknown as Pod);
  const path = '/api/v1/namespaces/baseline/pods/inspected/ephemeralcontainers';
  const contentType = 'application/strategic-merge-patch+json';
  const added = (securityContext: object) => ({ spec: { ephemeralContainers: [{ ...container, name: 'e', securityContext }] } });

  const refused = cluster.client.call('PATCH', path, { body: added({ capabilities: { add: ['SYS_PTRACE'] } }), contentType });
  await expect(refused).rejects.toThrow(
    'pods "inspected" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "e" must not include "SYS_PTRACE"',
  );
  await cluster.client.call('PATCH', path, { body: added({}), contentType, query: dryRun });
  const { spec } = await cluster.client.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: 'baseline', name: 'inspected' });
  expect(spec).not.toHaveProperty('ephemeralContainers');
});

test('a Deployment whose pods are rejected has none, and an Event and its status give the reason', async () => {
  const labels = { app: 'refused' };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  const metadata = { namespace: 'unlabelled', name: 'refused' };
  const spec = { selector: { matchLabels: labels }, template };
  await cluster.client.create({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec } as KubernetesObject);

  const message =
    /^pods "refused-\w+-\w+" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false/;
  const { status } = await waitFor({
    what: 'the condition ReplicaFailure',
    within: seconds(5),
    observe: () => cluster.client.get<Conditioned>({ apiVersion: 'apps/v1', kind: 'Deployment', ...metadata }),
    until: (found) => found.status?.conditions?.some(({ type }) => type === 'ReplicaFailure') === true,
    describe: (found) => JSON.stringify(found.status),
  });
  const failure = status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  expect(failure).toMatchObject({ status: 'True', reason: 'FailedCreate', message: expect.stringMatching(message) });
  const events = await cluster.client.list<Event>({ apiVersion: 'v1', kind: 'Event', namespace: 'unlabelled' });
  const failed = events.filter(({ reason }) => reason === 'FailedCreate');
  expect(failed.map(({ message }) => message)).toEqual([expect.stringMatching(/^Error creating: pods "refused-/)]);
  expect(await cluster.client.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'unlabelled' })).toEqual([]);
});

interface Conditioned extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly { type: string; status: string; reason: string; message: string }[] };
}

interface Event extends KubernetesObject {
  readonly reason: string;
  readonly message: string;
}
