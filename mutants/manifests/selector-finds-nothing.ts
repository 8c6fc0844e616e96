import { service } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const selectorFindsNothing = mutant({
  sentence: "The Service's selector finds nothing.",
  change: service(({ spec }) => {
    spec.selector = { ...spec.selector, 'app.kubernetes.io/name': 'kube-state-metric' };
  }),
  fails: ['manifests/service-selects-the-pod'],
  verifies: ['dns'],
});
