import { service } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const versionLabelIsOld = mutant({
  sentence: 'The version label of the Service is that of an older release.',
  change: service(({ metadata }) => {
    metadata.labels = { ...metadata.labels, 'app.kubernetes.io/version': '2.4.2' };
  }),
  fails: ['manifests/common-labels'],
});
