import { extraObject } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const objectIsInAnotherNamespace = mutant({
  sentence: 'An object of the manifests is in another namespace.',
  change: extraObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stray', namespace: 'default' } }),
  fails: ['manifests/one-namespace'],
});
