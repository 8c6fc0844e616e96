import { dropped, everyLine, sampleOf } from '../../helpers/suite/mutant/lines.ts';
import { late, remembered } from '../../helpers/suite/mutant/memory.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { scrapes } from '../../helpers/suite/mutant/scrapes.ts';

export const freshnessMutants = [
  mutant('changes-are-not-exposed', {
    sentence: 'A changed object keeps its old value.',
    proxy: scrapes(
      everyLine(
        (line) => line.startsWith('kube_deployment_spec_paused{') && line.includes('deployment="changes"'),
        (line) => [line.replace(/ 1$/, ' 0')],
      ),
    ),
    fails: ['freshness/changed-object-changes'],
  }),
  mutant('deleted-config-map-is-exposed', {
    sentence: 'A series of a deleted ConfigMap remains.',
    proxy: remembered((line) => line.startsWith('kube_configmap_info{') && line.includes('configmap="vanishes"')),
    fails: ['freshness/deleted-object-vanishes'],
  }),
  mutant('deleted-pod-is-exposed', {
    sentence: 'A series of a deleted pod remains.',
    proxy: remembered(sampleOf('kube_pod_info', 'pod="vanishes"')),
    fails: ['freshness/deleted-object-vanishes'],
  }),
  mutant('new-config-map-is-not-exposed', {
    sentence: 'A new ConfigMap is never exposed.',
    proxy: scrapes(everyLine((line) => line.includes('configmap="appears"'), dropped)),
    fails: ['freshness/new-object-appears'],
  }),
  mutant('new-service-is-exposed-late', {
    sentence: 'A new Service is exposed 15 seconds late.',
    proxy: late(15_000, (line) => line.includes('service="appears"')),
    fails: ['freshness/new-object-appears'],
  }),
  mutant('new-objects-are-exposed-late', {
    sentence: 'Every new object is exposed 15 seconds late.',
    proxy: late(15_000, (line) => /namespace="conformance-[^"]*-freshness"/.test(line)),
    fails: ['freshness/new-object-appears'],
  }),
];
