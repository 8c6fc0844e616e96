import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { changedPods } from './restarts.ts';
import { effectOf, faultsAfter } from './rollout.ts';
import type { Evaluation } from './rule-check.ts';

const rowsOf = (counts: Readonly<Record<string, number>>): Evaluation['series'] =>
  new Map(
    Object.entries(counts).map(
      ([name, count]) => [name, { labels: { __name__: name, namespace: 'kube-system' }, count }] as const,
    ),
  );
const evaluation = (at: number, counts: Readonly<Record<string, number>>, more: Partial<Evaluation> = {}): Evaluation => ({
  at,
  series: rowsOf(counts),
  results: new Set(),
  alerts: [],
  failed: [],
  ...more,
});
const alert = (row: string, isFiring: boolean) => ({ row, labels: {}, isFiring });
const duplicates = { name: 'release:pod_ready', error: 'found duplicate series', at: 9 };

describe('the effect of a rollout', () => {
  test('counts the time of series that last, not of those that come or go with a pod', () => {
    const effect = effectOf([
      evaluation(0, { lasting: 1, old: 1 }),
      evaluation(1, { lasting: 2, old: 2 }),
      evaluation(3, { lasting: 0, new: 2 }),
      evaluation(7, { lasting: 1, new: 1 }),
    ]);

    expect(effect).toMatchObject({ double: 1, absent: 2, failed: [], fired: [] });
  });

  test('explains the failure of a rule by series that are double beside its evaluation, however long it is reported', () => {
    const single = { lasting: 1 };
    const failedAt = (at: number) =>
      effectOf([
        ...[single, single, { lasting: 2 }, single].map((counts, index) => evaluation(index, counts)),
        evaluation(9, single, { failed: [{ ...duplicates, at }] }),
      ]).failed;

    expect([1.5, 2, 2.5].map((at) => failedAt(at)[0]?.explained)).toEqual([true, true, true]);
    expect(failedAt(3.5)).toEqual([{ ...duplicates, at: 3.5, explained: false }]);
  });

  test('has the recording rules that had no result for a while', () => {
    const resultsOf = (...lists: readonly (readonly string[])[]) =>
      effectOf(lists.map((names, at) => evaluation(at, {}, { results: new Set(names) }))).emptied;

    expect(resultsOf(['a', 'b', 'c'], ['a'], ['a', 'b'])).toEqual(['b']);
  });

  test('has the alerts that fire and were not active before, and those that no longer fire', () => {
    const effect = effectOf([
      evaluation(0, {}, { alerts: [alert('pending before', false), alert('firing before', true)] }),
      evaluation(1, {}, { alerts: [alert('pending before', true), alert('firing before', false), alert('new', false)] }),
      evaluation(2, {}, { alerts: [alert('firing before', true), alert('new', true)] }),
    ]);

    expect(effect.fired.map(({ row }) => row)).toEqual(['new']);
    expect(effect.interrupted.map(({ row }) => row)).toEqual(['firing before']);
  });
});

describe('after a rollout', () => {
  const before = evaluation(0, { kube_lease_created: 1, kube_node_info: 1 });

  test('nothing is amiss when everything is as before', () => {
    expect(faultsAfter(before, evaluation(9, { kube_lease_created: 1, kube_node_info: 1, more: 1 }), 'abc')).toEqual([]);
  });

  test('series from two targets, families that are gone and rules that fail are faults', () => {
    expect(faultsAfter(before, evaluation(9, { kube_lease_created: 2 }, { failed: [duplicates] }), 'abc')).toEqual([
      '1 series from two targets: kube_lease_created',
      '1 families without a series: kube_node_info',
      '1 series missing: kube_node_info',
      'release:pod_ready is not evaluated: found duplicate series',
    ]);
  });

  test('an object of kube-system may be gone only if it is named after the run', () => {
    const series = (...deployments: readonly string[]): Evaluation['series'] =>
      new Map(
        deployments.map((deployment) => [
          deployment,
          { labels: { __name__: 'kube_deployment_created', namespace: 'kube-system', deployment }, count: 1 },
        ]),
      );
    const all = evaluation(0, {}, { series: series('coredns', 'deleted-abc-1', 'exporter') });

    expect(faultsAfter(all, evaluation(9, {}, { series: series('coredns', 'exporter') }), 'abc')).toEqual([]);
    expect(faultsAfter(all, evaluation(9, {}, { series: series('exporter') }), 'abc')).toEqual(['1 series missing: coredns']);
  });

  test('without any series nothing is proved', () => {
    expect(faultsAfter(evaluation(0, {}), evaluation(9, {}), 'abc')).toEqual([expect.stringContaining('no series')]);
  });
});

test('what was created or has restarted lately may have new alerts, also when it is gone by now, and nothing else', async () => {
  const before = (seconds: number) => new Date(Date.now() - 1000 * seconds).toISOString();
  const pod = (name: string, created: number, finished?: number) => {
    const lastState = finished === undefined ? {} : { terminated: { exitCode: 1, finishedAt: before(finished) } };
    const metadata = { name, namespace: 'default', creationTimestamp: before(created) };
    return { metadata, status: { containerStatuses: [{ name: 'main', restartCount: 1, lastState }] } } as unknown as Pod;
  };
  const counted = (restartCount: number) => {
    const again = pod('created-again', 900);
    return {
      ...again,
      status: { containerStatuses: [{ name: 'main', restartCount, state: { waiting: {} } }] },
    } as unknown as Pod;
  };
  let pods = [
    counted(2),
    pod('lasting', 900),
    pod('restarted', 900, 5),
    pod('restarted-long-ago', 900, 800),
    pod('short-lived', 2),
  ];
  const client = { list: async () => pods };
  const changed = await changedPods({ client, run: { clusterKind: 'k3s' } } as unknown as RequirementContext);
  expect(changed.has({ namespace: 'default', pod: 'created-again' })).toBe(false);
  // Its container was created and has not started: the API has no time of its restart yet.
  pods = [counted(3), pod('lasting', 900), pod('later', 0)];
  await changed.observe();

  expect(changed.has({ namespace: 'default', pod: 'created-again' })).toBe(true);

  const names = ['lasting', 'restarted', 'restarted-long-ago', 'short-lived', 'later', 'unknown'];
  expect(names.filter((name) => changed.has({ namespace: 'default', pod: name }))).toEqual(['restarted', 'short-lived', 'later']);
});
