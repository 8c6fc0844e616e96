import { mutant } from '../../helpers/mutation/mutant.ts';
import { repeated } from '../../helpers/mutation/repeated.ts';

export const ingressOfTwoRulesIsRepeated = mutant({
  sentence: 'The series of an Ingress with two rules of one path are repeated.',
  proxy: repeated('kube_ingress_info', 'ingress="path-twice"'),
  fails: ['exposition/no-duplicates-for-same-path-twice'],
});
