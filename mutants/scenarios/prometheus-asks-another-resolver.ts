import { mutant } from '../../helpers/mutation/mutant.ts';
import { admission } from '../../helpers/mutation/scrapes.ts';

export const prometheusAsksAnotherResolver = mutant({
  sentence: "Prometheus asks another resolver than the cluster's own.",
  proxy: () =>
    admission('pods', ({ metadata, spec }) => {
      if (metadata.name === 'prometheus') spec.dnsPolicy = 'Default';
    }),
  fails: ['scenarios/found-by-dns'],
});
