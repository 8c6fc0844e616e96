import { firstLine, sampleOf, valued } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const valueIsWrong = mutant({
  sentence: 'A sample has a wrong value.',
  proxy: scrapes(firstLine(sampleOf('kube_deployment_spec_replicas', 'deployment="available"'), valued('7'))),
  fails: ['exposition/deployment'],
});
