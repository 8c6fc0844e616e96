import { simulatedCluster } from '../../../simulator/testing.ts';
import { knownIssues } from '../../accounting/known-issue-table.ts';
import type { MetKnownIssue } from '../../accounting/known-issues.ts';
import { ImageUnavailable } from '../../cluster/local-images.ts';
import { knownTargets } from '../../exporter/known.ts';
import { deriveTarget, type Target } from '../../exporter/target.ts';
import type { KubeClient } from '../../kube/client.ts';
import { ownedObjects } from '../../kube/owned/testing/owned.ts';
import { referenceOf } from '../../kube/reference.ts';
import { install } from '../../run/install.ts';
import { seconds, waitFor } from '../../wait.ts';
import { isMissingCandidate } from './on-cluster.ts';
import { type PreparedSide, sideTarget } from './sides.ts';
import { endedDifference, errorLines, hasStarted, startDifference, startOf, withKnownEnd } from './start.ts';

const usage = ['Usage:', '      --logtostderr   log to standard error instead of files', '', 'Use "kube-state-metrics --help".'];

test.each([
  ['an error before its usage', ['Error: unknown flag: --x', ...usage], 'Error: unknown flag: --x'],
  ['the last of several errors', ['I1121 starting', 'E1121 a', 'E1121 b'], 'E1121 b'],
  ['a panic before its stack', ['I1121 starting', 'panic: runtime error', 'goroutine 1'], 'panic: runtime error'],
  ['a panic, not a call in its stack', ['panic: runtime error', 'goroutine 1', 'panic({0x2130900?})'], 'panic: runtime error'],
  ['the last line where none is an error', ['starting', 'ending'], 'ending'],
])('the log begins with %s', (_, lines, first) => {
  expect(errorLines(lines)[0]).toBe(first);
});

test('a candidate that does not start is reported with its log, or with the state of its pod', () => {
  const crashed = startDifference('ksm:v2', {
    state: 'p Running',
    processEnded: true,
    log: ['Error: unknown flag: --x', 'Usage:'],
  });
  const refused = startDifference('ksm:v9', {
    state: 'p Pending, waiting: ErrImagePull (no such host)',
    processEnded: false,
    log: [],
  });

  expect(crashed.sentence).toMatch(/does not start: p Running.*Its log: Error: unknown flag: --x$/);
  expect(crashed.new).toEqual(['Error: unknown flag: --x\nUsage:']);
  expect(refused.sentence).toContain('ErrImagePull (no such host)');
  expect([crashed, refused].map(({ severity }) => severity)).toEqual(['reject', 'reject']);
});

test('a candidate whose process ends, as an object of the cluster is known to end it, is reported with that object', () => {
  const issue = knownIssues.find(({ id }) => id === 'cronjob-step') as MetKnownIssue['issue'];
  const crashed = startDifference('ksm:v2', { state: 'p Running', processEnded: true, log: ['panic: step (60)'] });
  const unpulled = startDifference('ksm:v9', {
    state: 'p Pending, waiting: ErrImagePull (no such host)',
    processEnded: false,
    log: [],
  });
  const met = (...names: readonly string[]) => withKnownEnd(crashed, [{ issue, names }]);

  expect(met('CronJob a/b')).toEqual({
    ...crashed,
    brief: 'It does not run, and CronJob a/b meets its known issue cronjob-step.',
    advice: issue.advice,
  });
  expect(met('CronJob a/b', 'CronJob a/c').brief).toContain('CronJob a/b and 1 more meet its known issue');
  expect(withKnownEnd(crashed, [])).toBe(crashed);
  expect(withKnownEnd(unpulled, [{ issue, names: ['CronJob a/b'] }])).toBe(unpulled);
});

/** A cluster whose only pod is the exporter's, and waits for its image in these words. */
function pulling(message: string) {
  const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });
  const owned = (kind: string, name: string) => ({ name: 'exporter', ownerReferences: [{ kind, name }] });
  const set = { metadata: owned('Deployment', target.workload.metadata.name) };
  const state = { waiting: { reason: 'ErrImagePull', message } };
  const pod = {
    metadata: owned('ReplicaSet', 'exporter'),
    spec: { containers: [] },
    status: { containerStatuses: [{ restartCount: 0, state }] },
  };
  const client = {
    connection: { agent: {} },
    list: async ({ kind }: { kind: string }) => (kind === 'ReplicaSet' ? [set] : [pod]),
    answer: async () => ({ status: 400, data: '' }),
  } as unknown as KubeClient;
  return startOf(client, target, 300);
}

test('an image that does not exist keeps a candidate from starting', async () => {
  expect(await pulling('exporter:v9: manifest unknown')).toMatchObject({ state: expect.stringContaining('manifest unknown') });
});

test('a pull that fails for another reason is no fault of the candidate', async () => {
  await expect(pulling('dial tcp: connection refused')).rejects.toThrow(ImageUnavailable);
});

describe('in a cluster', () => {
  const cluster = simulatedCluster('file');

  async function installed(image: string, run: string): Promise<Target> {
    const target = sideTarget({ name: 'new', run, manifests: knownTargets.agent.rendering(), image });
    const objects = ownedObjects(cluster, run);
    await objects.createNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: target.namespace } });
    await install(cluster.client, target, { objects, reads: [], before: async () => undefined });
    return target;
  }

  test('a candidate that runs has started, and one that is gone afterwards has ended', async () => {
    const target = await installed('v2.5.0', 'runs');

    expect(hasStarted(await startOf(cluster.client, target))).toBe(true);
    expect(await endedDifference(cluster.client, target)).toBeUndefined();

    await cluster.client.remove(await cluster.client.get(referenceOf(target.workload)), 0);
    const ended = await waitFor({
      what: 'the end of the candidate',
      within: seconds(5),
      observe: () => endedDifference(cluster.client, target),
      until: (difference) => difference?.sentence.includes('no pod at all') === true,
      describe: (difference) => difference?.sentence ?? 'it runs',
    });
    expect(ended).toMatchObject({ id: 'start/stays', severity: 'reject' });
  }, 30_000);

  test('a candidate whose image is missing does not start, with the state of its pod', async () => {
    const start = await startOf(cluster.client, await installed('registry.example/nothing:v2.5.0', 'lacks'));

    const state = expect.stringMatching(/ErrImagePull|ImagePullBackOff/);
    expect(start).toMatchObject({ state, processEnded: false, log: [] });
  });
});

const side = (image: string): PreparedSide => ({
  target: sideTarget({ name: 'new', run: 'run', manifests: knownTargets.agent.rendering(), image }),
  manifests: 'agent',
  known: 'agent',
});
const sides = { old: side('exporter:v2.5.0'), new: side('exporter:v9.9.9') };

test.each([
  ['the candidate that does not exist', 'exporter:v9.9.9', 'manifest unknown', true],
  ['the candidate whose registry fails', 'exporter:v9.9.9', 'connection refused', false],
  ['the release in use that does not exist', 'exporter:v2.5.0', 'manifest unknown', false],
  ['an image of the suite that does not exist', 'busybox:1.36', 'manifest unknown', false],
])('%s (%s, %s): a reject is %s', (_, image, words, isReject) => {
  expect(isMissingCandidate(new ImageUnavailable(image, words), sides)).toBe(isReject);
});

test('a failure of another kind is not about the candidate', () => {
  expect(isMissingCandidate(new Error('manifest unknown'), sides)).toBe(false);
});
