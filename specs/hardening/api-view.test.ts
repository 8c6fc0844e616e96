import { NotApplicable } from '../../helpers/failure.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { Container, PodSpec } from '../../helpers/kube/workload.ts';
import { ApiView } from './api-view.ts';
import type { ProcessView } from './kernel-view.ts';
import { KernelView } from './kernel-view.ts';

const refusal = 'pods "x" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities';
const tokenDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';

interface Parts {
  readonly container?: Partial<Container>;
  readonly spec?: Partial<PodSpec>;
  readonly status?: object;
}

function view({ container = {}, spec = {}, status = {} }: Parts): ApiView {
  const running = { name: 'server', ready: true, restartCount: 0, state: { running: {} }, ...status };
  const pod: Pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'x' },
    spec: { ...spec, containers: [{ name: 'server', image: 'a:1', ...container }] },
    status: { containerStatuses: [running] },
  };
  return new ApiView(pod, 'server', refusal);
}

const secured = (securityContext: NonNullable<Container['securityContext']>) => view({ container: { securityContext } });

test('it names its source and the reason', () => {
  expect(view({}).judgedBy).toBe(
    `judged by the API's view of the pod, as Pod Security (baseline) forbids its inspection: ${refusal}`,
  );
});

describe('the user', () => {
  const ofPod = { securityContext: { runAsUser: 65534 } };

  test('is the container’s, otherwise the pod’s', () => {
    expect(view({ spec: ofPod }).runsAs(65534)).toMatchObject({ holds: true, actual: 'user id 65534' });
    const asRoot = view({ spec: ofPod, container: { securityContext: { runAsUser: 0 } } });
    expect(asRoot.runsAs(65534)).toMatchObject({ holds: false, actual: 'user id 0' });
  });

  test('is what the kubelet reports, if it does', () => {
    const status = { user: { linux: { uid: 1000 } } };
    expect(view({ spec: ofPod, status }).runsAs(65534)).toMatchObject({ holds: false, actual: 'user id 1000' });
  });

  test('is not applicable where only the image decides', () => {
    expect(() => view({}).runsAs(65534)).toThrow(NotApplicable);
  });
});

test.each([
  [true, { drop: ['ALL'] }],
  [true, { drop: ['all'] }],
  [false, { drop: ['NET_RAW'] }],
  [false, { drop: ['ALL'], add: ['NET_BIND_SERVICE'] }],
  [false, {}],
])('hasNoCapabilities is %s for %j', (holds, capabilities) => {
  expect(secured({ capabilities }).hasNoCapabilities().holds).toBe(holds);
});

test('a privileged container has every capability', () => {
  expect(secured({ capabilities: { drop: ['ALL'] }, privileged: true }).hasNoCapabilities().holds).toBe(false);
});

test('a field that is not set is not hardened', () => {
  expect(view({}).hasNoCapabilities().holds).toBe(false);
  expect(view({}).gainsNoPrivileges()).toMatchObject({ holds: false, actual: 'allowPrivilegeEscalation not set' });
  expect(view({}).rootIsReadOnly()).toMatchObject({ holds: false, actual: 'readOnlyRootFilesystem not set' });
  expect(view({}).memoryIsLimited('128Mi')).toMatchObject({ holds: false, actual: 'no limit' });
  expect(view({}).cpuIsLimited('500m')).toMatchObject({ holds: false, actual: 'no limit' });
  expect(view({}).requests({ cpu: '250m', memory: '64Mi' })).toMatchObject({ holds: false, actual: '0 and 0 requested' });
  expect(secured({ allowPrivilegeEscalation: false }).gainsNoPrivileges().holds).toBe(true);
  expect(secured({ readOnlyRootFilesystem: true }).rootIsReadOnly().holds).toBe(true);
});

test('resources are compared by amount, and are those that the kubelet reports, if it does', () => {
  const resources = { limits: { cpu: '0.5', memory: '131072Ki' }, requests: { cpu: '0.25', memory: '64Mi' } };
  const unresized = view({ container: { resources } });
  expect([unresized.memoryIsLimited('128Mi').holds, unresized.cpuIsLimited('500m').holds]).toEqual([true, true]);
  expect(unresized.requests({ cpu: '250m', memory: '64Mi' }).holds).toBe(true);
  expect(unresized.requests({ cpu: '300m', memory: '64Mi' }).holds).toBe(false);

  const resized = view({ container: { resources }, status: { resources: { limits: { cpu: '1', memory: '128Mi' } } } });
  expect(resized.cpuIsLimited('500m')).toMatchObject({ holds: false, actual: 'a limit of 1' });
});

describe('the token', () => {
  const projected = { name: 'token', projected: { sources: [{ serviceAccountToken: {} }] } };
  const mounted = (readOnly: boolean, volume: object, status = {}) =>
    view({
      container: { volumeMounts: [{ name: 'token', mountPath: tokenDirectory, readOnly }] },
      spec: { volumes: [{ name: 'token', ...volume }] },
      status,
    }).tokenIsMounted();

  test('is mounted when a running container mounts it read-only', () => {
    expect(mounted(true, projected).holds).toBe(true);
  });

  test('is not proved by a writable mount, another volume, a container that is not running, or no mount', () => {
    expect(mounted(false, projected)).toMatchObject({ holds: false, actual: expect.stringContaining('writable') });
    expect(mounted(true, {})).toMatchObject({ holds: false, actual: expect.stringContaining('which has no token') });
    expect(mounted(true, projected, { state: { waiting: {} } }).holds).toBe(false);
    expect(view({}).tokenIsMounted()).toMatchObject({ holds: false, actual: 'no such mount in the container' });
  });
});

test('the kernel’s view names no source, and requires a token that is not empty', () => {
  const mountinfo = `100 99 0:50 / / ro - overlay o ro\n101 100 0:51 / ${tokenDirectory} ro,relatime - tmpfs t rw`;
  const kernel = (bytes: string): ProcessView =>
    new KernelView(
      new Map([
        ['mountinfo', mountinfo],
        ['token bytes', bytes],
      ]),
      '64Mi',
    );
  expect(kernel('900').judgedBy).toBeUndefined();
  expect(kernel('900').tokenIsMounted()).toMatchObject({
    holds: true,
    actual: `900 bytes in ${tokenDirectory}, mounted ro,relatime`,
  });
  expect(kernel('0').tokenIsMounted().holds).toBe(false);
});
