import { mutant } from '../../helpers/mutation/mutant.ts';
import { admission } from '../../helpers/mutation/scrapes.ts';

export const podsAskAnotherResolver = mutant({
  sentence: "The cluster's pods ask another resolver than the cluster's own.",
  proxy: () =>
    admission('pods', ({ metadata, spec }) => {
      if (metadata.name.startsWith('neighbour-')) spec.dnsPolicy = 'Default';
    }),
  fails: ['dns/answers-by-name'],
});
