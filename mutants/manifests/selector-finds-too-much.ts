import { service } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const selectorFindsTooMuch = mutant({
  sentence: "The Service's selector finds every exporter.",
  change: service(({ spec }) => {
    spec.selector = { 'app.kubernetes.io/component': 'exporter' };
  }),
  fails: ['manifests/service-selects-nothing-else'],
});
