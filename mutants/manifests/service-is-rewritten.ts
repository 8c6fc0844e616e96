import { mutant } from '../../helpers/mutation/mutant.ts';
import { countedIn } from '../../helpers/mutation/scrapes.ts';

export const serviceIsRewritten = mutant({
  sentence: 'Whenever the Service is applied, a webhook counts it in an annotation.',
  proxy: countedIn('services'),
  fromTheStart: true,
  fails: ['manifests/second-apply-changes-nothing'],
});
