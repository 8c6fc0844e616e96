import { binding } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleOfTheBindingIsMissing = mutant({
  sentence: 'The binding refers to a role that is not there.',
  change: binding((draft) => {
    draft.roleRef = { ...draft.roleRef, name: 'kube-state-metrics' };
  }),
  fails: ['manifests/binding-names-the-account'],
  verifies: ['access'],
});
