import { InfrastructureError } from '../errors.ts';
import { ServerFailure } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Pod } from '../kube/pod.ts';
import { seconds } from '../wait.ts';
import { watchOver } from './watch-over.ts';

// As ES modules get it. Source: Jest, "ECMAScript Modules".
const { jest: timers } = import.meta as unknown as { jest: typeof jest };

const watched = { images: ['exporter:v1'], namespace: 'monitoring', run: 'planted' };

beforeEach(() => timers.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] }));
afterEach(() => timers.useRealTimers());

function pod(image: string, reason: string): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'monitoring', name: 'exporter-1' },
    spec: { containers: [{ name: 'main', image }] },
    status: {
      containerStatuses: [{ name: 'main', ready: false, restartCount: 0, state: { waiting: { reason, message: 'not found' } } }],
    },
  };
}

/** Watches a cluster that answers so after so many seconds, and gives back how that ended. */
async function watching(lists: (second: number) => readonly Pod[] | Error, forSeconds: number): Promise<string> {
  const begun = Date.now();
  const list = async () => {
    const answer = lists((Date.now() - begun) / 1000);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const ended = new AbortController();
  const watch = watchOver({ list } as unknown as KubeClient, watched, ended.signal).then(
    () => 'ended',
    (error: Error) => `${error.name}: ${error.message}`,
  );
  await timers.advanceTimersByTimeAsync(seconds(forSeconds));
  ended.abort();
  await timers.advanceTimersByTimeAsync(seconds(2));
  return watch;
}

test('without a failure it ends when the signal aborts', async () => {
  expect(await watching(() => [], 60)).toBe('ended');
});

test('an image that a kubelet refuses for long ends the run, with the kubelet’s message and what to do', async () => {
  const ending = await watching(() => [pod('exporter:v1', 'ImagePullBackOff')], 30);
  expect(ending).toMatch(
    /^InfrastructureError: The image exporter:v1 cannot be pulled: monitoring\/exporter-1 is ImagePullBackOff: not found\./,
  );
  expect(ending).toContain('load it into the local Docker');
});

test('an image that is pulled in the end, a container that is being created, and an image of another workload do not end the run', async () => {
  expect(await watching((at) => (at < 10 ? [pod('exporter:v1', 'ErrImagePull')] : []), 40)).toBe('ended');
  expect(await watching(() => [pod('exporter:v1', 'ContainerCreating')], 40)).toBe('ended');
  expect(await watching(() => [pod('another:v1', 'ImagePullBackOff')], 40)).toBe('ended');
});

test('an API server that does not answer for long ends the run; one that answers again does not', async () => {
  const silence = new InfrastructureError('It did not answer.');
  expect(await watching(() => silence, 20)).toBe('InfrastructureError: The API server does not answer. It did not answer.');
  expect(await watching((at) => (at > 2 && at < 8 ? silence : []), 30)).toBe('ended');
});

test('a failure of the API server ends the run only if it lasts', async () => {
  const failure = new ServerFailure('GET /api/v1/pods: 500.', 500, 'planted', undefined);
  expect(await watching((at) => (at > 2 && at < 8 ? failure : []), 30)).toBe('ended');
  expect(await watching(() => failure, 20)).toBe('InfrastructureError: The API server fails. GET /api/v1/pods: 500.');
});

test('any other error is thrown as it is', async () => {
  expect(await watching(() => new TypeError('a fault of the suite'), 5)).toBe('TypeError: a fault of the suite');
});
