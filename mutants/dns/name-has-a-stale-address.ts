import { staleAddress } from '../../helpers/mutation/dns-changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const nameHasAStaleAddress = mutant({
  sentence: "The Service's name leads to one more address, at which no pod is.",
  cluster: staleAddress,
  fails: ['dns/resolves-to-ready-pods'],
});
