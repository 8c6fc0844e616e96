import { findsOwnShard } from '../../helpers/exporter/shares.ts';
import { RequirementFailure, verify, verifyNone } from '../../helpers/failure.ts';
import { findsOwnShards, shares } from '../../helpers/suite/conditions.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { instancesOf } from '../../helpers/suite/scrape.ts';
import { type Scaling, scaleShards, whileDown } from './changes.ts';
import { untilEachObjectOnce } from './placements.ts';
import { untilShardsAgree } from './shares.ts';

const needs = ['endpoints/metrics'];
/** What is not as it must be before anything is scaled will not be so afterwards. */
const explainedBy = ['sharding/each-object-once', 'sharding/covers-everything', 'sharding/telemetry-agrees'];

/** `2 to 3 pods in 9.1 s: 40 of 120 objects moved, series were missing for 6.0 s and double for 0.3 s` */
function describe(from: number, to: number, { duration, missing, doubled, moved, objects }: Scaling): string {
  const inSeconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
  return `${from} to ${to} pods in ${inSeconds(duration)}: ${moved} of ${objects} objects moved, series were missing for ${inSeconds(missing)} and double for ${inSeconds(doubled)}`;
}

/** The StatefulSet whose pods find their own shards, and how many pods it has. */
async function shardsOf(context: RequirementContext) {
  const workload = context.workloads.find(({ target }) => findsOwnShard(target.container));
  if (!workload) throw new RequirementFailure('a workload whose pods find their own shards', 'none');
  return { workload, replicas: (await workload.instances()).length };
}

area('sharding', { serial: true, whole: true }, () => {
  requirement(
    'scaling-moves-few-objects',
    {
      sentence:
        'When the StatefulSet gets one pod more and then one less, objects move to the new pod and back, none between other pods, and each is in exactly one exposition again.',
      source: 'kube-state-metrics, README: automated sharding; Lamping and Veach: jump consistent hash',
      needs,
      explainedBy,
      only: findsOwnShards,
    },
    async (context) => {
      const { workload, replicas } = await shardsOf(context);
      const up = await scaleShards(context, workload, replicas + 1);
      await untilShardsAgree(context, await workload.instances());
      const down = await scaleShards(context, workload, replicas);
      await untilShardsAgree(context, await workload.instances());

      verifyNone([...up.astray, ...down.astray], 'no object that moves between pods which exist all the time');
      verify(up.moved > 0, { expected: 'objects that move to the new pod', actual: `none of ${up.objects}` });
      context.observed(describe(replicas, replicas + 1, up));
      context.observed(describe(replicas + 1, replicas, down));
    },
  );

  requirement(
    'missing-share-is-noticed',
    {
      sentence: 'While one process is down, exactly its objects are missing: the others take none over, and lose none of theirs.',
      source:
        'kube-state-metrics, README: horizontal sharding; examples/prometheus-alerting-rules: KubeStateMetricsShardsMissing',
      needs,
      explainedBy,
      only: shares,
    },
    async (context) => {
      const down = (await instancesOf(context)).at(-1);
      verify(down !== undefined, { expected: 'a process of the exporter', actual: 'none' });

      const { missing, faults } = await whileDown(context, down);
      await untilEachObjectOnce(context);

      verifyNone(faults, `the objects of ${down.name} in no exposition, and all others where they were`);
      verify(missing > 0, { expected: `objects that only ${down.name} exposes`, actual: 'none' });
      context.observed(`without ${down.name}, ${missing} objects were in no exposition`);
    },
  );
});
