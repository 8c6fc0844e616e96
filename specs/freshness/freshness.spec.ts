import { referenceOf } from '../../helpers/kube/reference.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { newObject, newObjects, removeAll } from './objects.ts';
import { formatDelay, sighted } from './sighting.ts';

const source = 'kube-state-metrics, README: overview';
const needs = ['endpoints/metrics'];

area('freshness', () => {
  requirement(
    'new-object-appears',
    {
      sentence: "A new object's series appear within 5 s, of whatever namespaced kind it is.",
      source,
      needs,
      explainedBy: ['access/lists-and-watches-what-it-reads'],
      makes: ['control-pod'],
    },
    async (context) => {
      const subjects = await newObjects(context, 'appears');

      const delay = await sighted(context, {
        what: 'series of each new object',
        of: subjects,
        until: (samples) => samples.length > 0,
      });

      context.observed(`${subjects.length} kinds, ${formatDelay(delay)}`);
    },
  );

  requirement(
    'changed-object-changes',
    { sentence: "A changed object's value changes within 5 s.", source, needs, explainedBy: ['freshness/new-object-appears'] },
    async (context) => {
      const deployment = await newObject(context, 'deployments', 'changes');
      const isPaused = (value: number) => ({
        what: `the new Deployment with kube_deployment_spec_paused ${value}`,
        of: [deployment],
        until: (samples: readonly { name: string; value: number }[]) =>
          samples.some((sample) => sample.name === 'kube_deployment_spec_paused' && sample.value === value),
      });
      await sighted(context, isPaused(0));

      await context.client.merge(referenceOf(deployment.object), { spec: { paused: true } });
      const delay = await sighted(context, isPaused(1));

      context.observed(formatDelay(delay));
    },
  );

  requirement(
    'deleted-object-vanishes',
    {
      sentence: "A deleted object's series vanish within 5 s, all of them, of whatever namespaced kind it was.",
      source,
      needs,
      explainedBy: ['freshness/new-object-appears'],
      makes: ['control-pod'],
    },
    async (context) => {
      const subjects = await newObjects(context, 'vanishes');
      await sighted(context, {
        what: 'series of each object before it is deleted',
        of: subjects,
        until: (samples) => samples.length > 0,
      });

      await removeAll(context, subjects);
      const delay = await sighted(context, {
        what: 'no series of the deleted objects',
        of: subjects,
        until: (samples) => samples.length === 0,
      });

      context.observed(`${subjects.length} kinds, ${formatDelay(delay)}`);
    },
  );
});
