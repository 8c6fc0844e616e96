import { deniedUntilTheDeployment } from '../../helpers/mutation/denials.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const roleComesLate = mutant({
  sentence: 'The role is in force only once the Deployment has been applied.',
  proxy: deniedUntilTheDeployment,
  fromTheStart: true,
  fails: ['access/in-force-before-the-deployment'],
});
