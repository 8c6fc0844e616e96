import { rules } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const configMapsMayNotBeListed = mutant({
  sentence: 'The role does not let the exporter list ConfigMaps.',
  change: rules((all) => {
    for (const rule of all) rule.resources = (rule.resources ?? []).filter((resource) => resource !== 'configmaps');
  }),
  fails: ['scenarios/config-maps'],
});
