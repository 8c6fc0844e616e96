import { deployment } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const everythingIsToldTwice = mutant({
  sentence: 'A second exporter tells the same beside the first one.',
  change: deployment(({ spec }) => {
    spec.replicas = 2;
  }),
  fails: ['scenarios/rules-are-evaluated'],
  byItself: 'Whoever counts or adds up notices as well.',
});
