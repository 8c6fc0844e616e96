import { rules, set } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleMayNotWatchJobs = mutant({
  sentence: 'The role may list jobs, and not watch them.',
  change: rules((all) =>
    set(
      all.filter(({ apiGroups }) => apiGroups?.includes('batch')),
      { verbs: ['list'] },
    ),
  ),
  fails: ['access/lists-and-watches-what-it-reads'],
});
