import type { Sample } from '../../helpers/exposition/model.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { exposesOwn, inOwnNamespaces } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { createOf, createOfEveryKind, deleteAll, formatDelay, untilScraped } from './new-objects.ts';

const source = 'kube-state-metrics, README: overview';
const needs = ['endpoints/metrics'];

const hasSeries = (samples: readonly Sample[]) => samples.length > 0;
const isPaused = (value: number) => (samples: readonly Sample[]) =>
  samples.some((sample) => sample.name === 'kube_deployment_spec_paused' && sample.value === value);

area('freshness', { whole: true }, () => {
  requirement(
    'new-object-appears',
    {
      sentence: "A new object's series appear within 5 s, for every namespaced kind.",
      source,
      needs,
      only: inOwnNamespaces,
      explainedBy: ['access/lists-and-watches-what-it-reads'],
      makes: ['control-pod'],
    },
    async (context) => {
      const objects = await createOfEveryKind(context, 'appears');

      const delay = await untilScraped(context, { what: 'series of each new object', objects, until: hasSeries });

      context.observed(`${objects.length} kinds, ${formatDelay(delay)}`);
    },
  );

  requirement(
    'changed-object-changes',
    {
      sentence: "A changed object's value changes within 5 s.",
      source,
      needs,
      only: exposesOwn('deployments', 'Deployment'),
      explainedBy: ['freshness/new-object-appears'],
    },
    async (context) => {
      const deployment = await createOf(context, 'deployments', 'changes');
      const objects = [deployment];
      await untilScraped(context, {
        what: 'the new Deployment with kube_deployment_spec_paused 0',
        objects,
        until: isPaused(0),
      });

      await context.client.merge(referenceOf(deployment.object), { spec: { paused: true } });

      const what = 'the paused Deployment with kube_deployment_spec_paused 1';
      context.observed(formatDelay(await untilScraped(context, { what, objects, until: isPaused(1) })));
    },
  );

  requirement(
    'deleted-object-vanishes',
    {
      sentence: 'All series of a deleted object disappear within 5 s, for every namespaced kind.',
      source,
      needs,
      only: inOwnNamespaces,
      explainedBy: ['freshness/new-object-appears'],
      makes: ['control-pod'],
    },
    async (context) => {
      const objects = await createOfEveryKind(context, 'vanishes');
      await untilScraped(context, { what: 'series of each object before it is deleted', objects, until: hasSeries });

      await deleteAll(context, objects);

      const what = 'no series of the deleted objects';
      const delay = await untilScraped(context, { what, objects, until: (samples) => !hasSeries(samples) });
      context.observed(`${objects.length} kinds, ${formatDelay(delay)}`);
    },
  );
});
