import { verify, verifyNone } from '../../helpers/failure.ts';
import { findsOwnShards, shares, sharesByNode, sharesByUid } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { instancesOf, scrapeInstances } from '../../helpers/suite/scrape.ts';
import { podsOfOthers, untilEachObjectOnce } from './placements.ts';
import { deniedPlace, missingShares, untilShardsAgree } from './shares.ts';

const readme = 'kube-state-metrics, README: horizontal sharding';
const needs = ['endpoints/metrics'];
const reads = ['proxy', 'objects'] as const;
/** Why objects may be in no exposition. */
const unread = ['access/lists-and-watches-what-it-reads', 'exposition/reads-strictly'];

area('sharding', { whole: true }, () => {
  requirement(
    'may-find-its-shard',
    {
      sentence:
        'The ServiceAccount may get its pod, and get, list and watch its StatefulSet, from which a shard finds its ordinal and the total.',
      source: 'kube-state-metrics, README: automated sharding',
      only: findsOwnShards,
    },
    async (context) => verifyNone(await deniedPlace(context), 'its pod and its StatefulSet for the ServiceAccount'),
  );

  requirement(
    'covers-everything',
    {
      sentence: 'Every shard of the total, every node with pods, and the pods without a node have a workload that exposes them.',
      source: `${readme}; daemonset sharding for pod metrics`,
      needs: ['probes/starts'],
      only: shares,
      reads: ['objects'],
    },
    async (context) => {
      const instances = await instancesOf(context);

      verifyNone(await missingShares(context, instances), 'a workload for every share');
      context.observed(instances.map(({ name }) => name).join(', '));
    },
  );

  requirement(
    'telemetry-agrees',
    {
      sentence: 'The ordinal and the total that each shard exposes of itself are those of its workload.',
      source: readme,
      needs: ['probes/starts'],
      explainedBy: ['sharding/may-find-its-shard'],
      only: sharesByUid,
      reads: ['proxy'],
    },
    async (context) => {
      const shards = await untilShardsAgree(context, await instancesOf(context));
      context.observed(shards.join(', '));
    },
  );

  requirement(
    'each-object-once',
    {
      sentence: 'Every object is in exactly one exposition: all of them together are the whole, and no series exists twice.',
      source: readme,
      needs,
      explainedBy: ['sharding/covers-everything', 'sharding/telemetry-agrees', ...unread],
      only: shares,
      reads,
    },
    async (context) => {
      const counts = await untilEachObjectOnce(context);
      context.observed([...counts].map(([{ name }, count]) => `${name}: ${count} objects`).join(', '));
    },
  );

  requirement(
    'pods-by-node',
    {
      sentence:
        'A process that selects pods by its node exposes only these, and one for unscheduled pods only those without a node.',
      source: 'kube-state-metrics, README: daemonset sharding for pod metrics',
      needs,
      explainedBy: unread,
      only: sharesByNode,
      reads: ['proxy'],
    },
    async (context) => {
      const examined = (await scrapeInstances(context)).map(podsOfOthers);
      const pods = examined.reduce((sum, each) => sum + each.pods, 0);

      verifyNone(
        examined.flatMap(({ lines }) => lines),
        'only the pods of its node in each exposition',
      );
      verify(pods > 0, { expected: 'pods in the expositions of these processes', actual: 'none' });
      context.observed(`${pods} pods`);
    },
  );
});
