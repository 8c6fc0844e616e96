import { mutant } from '../../helpers/mutation/mutant.ts';
import { repeated } from '../../helpers/mutation/repeated.ts';

export const ingressOfTwoTlsBlocksIsRepeated = mutant({
  sentence: 'The series of an Ingress with two TLS blocks are repeated.',
  proxy: repeated('kube_ingress_info', 'ingress="tls-twice"'),
  fails: ['exposition/no-duplicates-for-tls-of-one-secret'],
});
