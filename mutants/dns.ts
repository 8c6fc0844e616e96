import { service } from '../helpers/mutation/changes.ts';
import { staleAddress, stalePort, wrongNameExists } from '../helpers/mutation/dns-changes.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { admission } from '../helpers/mutation/scrapes.ts';

export const serviceHasAClusterIp = mutant({
  sentence: 'The Service has a cluster IP.',
  change: service(({ spec }) => {
    delete spec.clusterIP;
  }),
  fails: ['dns/headless'],
});

export const nameHasAStaleAddress = mutant({
  sentence: "The Service's name leads to one more address, at which no pod is.",
  cluster: staleAddress,
  fails: ['dns/resolves-to-ready-pods'],
});

export const nameHasAStalePort = mutant({
  sentence: "The Service's name leads to one more port, on which the exporter does not listen.",
  cluster: stalePort,
  fails: ['dns/leads-to-both-ports'],
});

export const wrongNameIsKnown = mutant({
  sentence: 'A name that must not exist leads somewhere.',
  cluster: wrongNameExists,
  fails: ['dns/refuses-a-wrong-name'],
});

export const podsAskAnotherResolver = mutant({
  sentence: "The cluster's pods ask another resolver than the cluster's own.",
  proxy: () =>
    admission('pods', ({ metadata, spec }) => {
      if (metadata.name.startsWith('neighbour-')) spec.dnsPolicy = 'Default';
    }),
  fails: ['dns/answers-by-name'],
});

export const unreadyPodsArePublished = mutant({
  sentence: 'The Service publishes pods that are not ready.',
  change: service((draft) => Object.assign(draft.spec, { publishNotReadyAddresses: true })),
  fails: ['dns/unready-pod-leaves'],
});
