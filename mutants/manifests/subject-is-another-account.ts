import { binding, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const subjectIsAnotherAccount = mutant({
  sentence: "The binding's subject has another name.",
  change: binding(({ subjects }) => set(subjects, { name: 'default' })),
  fails: ['manifests/binding-names-the-account'],
  verifies: ['access'],
});
