import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayReadLogs = mutant({
  sentence: 'The role may also read the logs of pods.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] })),
  fails: ['access/reads-nothing-else'],
});
