import { mutant } from '../../helpers/mutation/mutant.ts';
import { furtherArgument } from '../../helpers/mutation/rolled-out.ts';

export const oneNamespaceIsIgnored = mutant({
  sentence: 'The exporter ignores the namespace default, in which the API server has a Service and a ConfigMap.',
  cluster: furtherArgument('--namespaces-denylist=default'),
  fails: ['exposition/service', 'exposition/endpoints', 'exposition/configmap'],
});
