import { binding } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const anotherAccountIsBound = mutant({
  sentence: 'The binding gives the role to the default ServiceAccount as well.',
  change: binding(({ subjects }) => subjects?.push({ kind: 'ServiceAccount', name: 'default', namespace: 'monitoring' })),
  fails: ['manifests/binding-names-the-account'],
});
