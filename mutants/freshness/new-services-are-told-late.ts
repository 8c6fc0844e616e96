import { late } from '../../helpers/mutation/memory.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const newServicesAreToldLate = mutant({
  sentence: 'A new Service is told of 15 seconds late.',
  proxy: late(15_000, (line) => line.includes('service="appears"')),
  fails: ['freshness/new-object-appears'],
});
