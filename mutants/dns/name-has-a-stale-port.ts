import { stalePort } from '../../helpers/mutation/dns-changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const nameHasAStalePort = mutant({
  sentence: "The Service's name leads to one more port, on which the exporter does not listen.",
  cluster: stalePort,
  fails: ['dns/leads-to-both-ports'],
});
