import { dropped, everyLine } from '../helpers/mutation/lines.ts';
import { late, remembered } from '../helpers/mutation/memory.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { scrapes } from '../helpers/mutation/scrapes.ts';

export const newObjectsAreNotTold = mutant({
  sentence: 'A new object is never told of.',
  proxy: scrapes(everyLine((line) => line.includes('configmap="appears"'), dropped)),
  fails: ['freshness/new-object-appears'],
});

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

export const deletedObjectsAreTold = mutant({
  sentence: 'A series of a deleted object stays.',
  proxy: remembered((line) => line.startsWith('kube_configmap_info{') && line.includes('configmap="vanishes"')),
  fails: ['freshness/deleted-object-vanishes'],
});

export const whatIsNewIsToldLate = mutant({
  sentence: 'What is new is told of 15 seconds late.',
  proxy: late(15_000, (line) => /namespace="conformance-[^"]*-freshness"/.test(line)),
  fails: ['freshness/new-object-appears'],
});
