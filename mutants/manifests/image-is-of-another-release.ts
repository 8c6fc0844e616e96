import { container } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const imageIsOfAnotherRelease = mutant({
  sentence: 'The image is of another release than the labels say.',
  change: container((draft) => {
    draft.image = draft.image.replace(/:v[\d.]+$/, ':v2.6.0');
  }),
  fails: ['manifests/common-labels'],
  verifies: ['endpoints'],
});
