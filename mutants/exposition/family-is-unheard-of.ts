import { withLines } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const familyIsUnheardOf = mutant({
  sentence: 'A family that belongs to no resource is exposed.',
  proxy: scrapes(
    withLines(
      '# HELP kube_unheard_of Nothing that is known.',
      '# TYPE kube_unheard_of gauge',
      'kube_unheard_of{namespace="default"} 1',
    ),
  ),
  fails: ['exposition/nothing-else'],
});
