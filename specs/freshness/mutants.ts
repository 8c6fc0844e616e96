import { dropped, everyLine, sampleOf } from '../../helpers/suite/mutant/lines.ts';
import { late, remembered } from '../../helpers/suite/mutant/memory.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { scrapes } from '../../helpers/suite/mutant/scrapes.ts';

export const freshnessMutants = [
  mutant('changes-are-not-told', {
    sentence: 'A changed object keeps its old value.',
    proxy: scrapes(
      everyLine(
        (line) => line.startsWith('kube_deployment_spec_paused{') && line.includes('deployment="changes"'),
        (line) => [line.replace(/ 1$/, ' 0')],
      ),
    ),
    fails: ['freshness/changed-object-changes'],
  }),
  mutant('deleted-objects-are-told', {
    sentence: 'A series of a deleted object stays.',
    proxy: remembered((line) => line.startsWith('kube_configmap_info{') && line.includes('configmap="vanishes"')),
    fails: ['freshness/deleted-object-vanishes'],
  }),
  mutant('deleted-pods-are-told', {
    sentence: 'A series of a deleted pod stays.',
    proxy: remembered(sampleOf('kube_pod_info', 'pod="vanishes"')),
    fails: ['freshness/deleted-object-vanishes'],
  }),
  mutant('new-objects-are-not-told', {
    sentence: 'A new object is never told of.',
    proxy: scrapes(everyLine((line) => line.includes('configmap="appears"'), dropped)),
    fails: ['freshness/new-object-appears'],
  }),
  mutant('new-services-are-told-late', {
    sentence: 'A new Service is told of 15 seconds late.',
    proxy: late(15_000, (line) => line.includes('service="appears"')),
    fails: ['freshness/new-object-appears'],
  }),
  mutant('what-is-new-is-told-late', {
    sentence: 'What is new is told of 15 seconds late.',
    proxy: late(15_000, (line) => /namespace="conformance-[^"]*-freshness"/.test(line)),
    fails: ['freshness/new-object-appears'],
  }),
];
