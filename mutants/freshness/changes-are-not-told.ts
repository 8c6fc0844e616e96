import { everyLine } from '../../helpers/mutation/lines.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';
import { scrapes } from '../../helpers/mutation/scrapes.ts';

export const changesAreNotTold = mutant({
  sentence: 'A changed object keeps its old value.',
  proxy: scrapes(
    everyLine(
      (line) => line.startsWith('kube_deployment_spec_paused{') && line.includes('deployment="changes"'),
      (line) => [line.replace(/ 1$/, ' 0')],
    ),
  ),
  fails: ['freshness/changed-object-changes'],
});
