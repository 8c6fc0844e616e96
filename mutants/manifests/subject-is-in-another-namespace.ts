import { binding, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const subjectIsInAnotherNamespace = mutant({
  sentence: "The binding's subject is in another namespace.",
  change: binding(({ subjects }) => set(subjects, { namespace: 'default' })),
  fails: ['manifests/binding-names-the-account'],
  verifies: ['access'],
});
