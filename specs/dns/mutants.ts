import { service } from '../../helpers/suite/mutant/changes.ts';
import { mutant } from '../../helpers/suite/mutant/mutant.ts';
import { admission } from '../../helpers/suite/mutant/scrapes.ts';
import { staleAddress, stalePort, wrongNameExists } from './dns-changes.ts';

export const dnsMutants = [
  mutant('name-has-a-stale-address', {
    sentence: "The Service's name leads to one more address, at which no pod is.",
    cluster: staleAddress,
    fails: ['dns/resolves-to-ready-pods'],
  }),
  mutant('name-has-a-stale-port', {
    sentence: "The Service's name leads to one more port, on which the exporter does not listen.",
    cluster: stalePort,
    fails: ['dns/leads-to-both-ports'],
  }),
  mutant('pods-ask-another-resolver', {
    sentence: "The cluster's pods ask another resolver than the cluster's own.",
    proxy: () =>
      admission('pods', ({ metadata, spec }) => {
        if (metadata.name.startsWith('neighbour-')) spec.dnsPolicy = 'Default';
      }),
    fails: ['dns/answers-by-name'],
  }),
  mutant('service-has-a-cluster-ip', {
    sentence: 'The Service has a cluster IP.',
    change: service(({ spec }) => {
      delete spec.clusterIP;
    }),
    fails: ['dns/headless'],
  }),
  mutant('unready-pods-are-published', {
    sentence: 'The Service publishes pods that are not ready.',
    change: service((draft) => Object.assign(draft.spec, { publishNotReadyAddresses: true })),
    fails: ['dns/unready-pod-leaves'],
  }),
  mutant('wrong-name-is-known', {
    sentence: 'A name that must not exist leads somewhere.',
    cluster: wrongNameExists,
    fails: ['dns/refuses-a-wrong-name'],
  }),
];
