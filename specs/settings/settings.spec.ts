import { verifyNone } from '../../helpers/failure.ts';
import { allOf, exposes, since } from '../../helpers/suite/conditions.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { kinds, removedDefaults, settings } from './promises.ts';
import { trySetting } from './trial.ts';

const source = 'kube-state-metrics, docs: command line arguments';

area('settings', () => {
  requirement(
    'keeps-default-families',
    {
      whole: true,
      sentence:
        "The exporter's arguments exclude no family that its release exposes by default, or of the resources that the profile names.",
      source,
      feature: 'default-resources',
      reads: [],
    },
    async ({ target, profile }) => verifyNone(removedDefaults(target, profile), 'no argument that excludes a promised family'),
  );

  for (const setting of settings) {
    const { option, sentence, since: release, resources } = setting;
    requirement(
      option,
      {
        sentence,
        source,
        // A copy exposes nothing where the exporter exposes nothing.
        needs: ['endpoints/metrics'],
        explainedBy: ['access/lists-and-watches-what-it-reads'],
        only: allOf(
          ...(release === undefined ? [] : [since(release)]),
          ...resources.map((resource) => exposes(resource, kinds[resource])),
        ),
      },
      (context) => trySetting(context, setting),
    );
  }
});
