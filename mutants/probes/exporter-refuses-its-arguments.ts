import { argument } from '../../helpers/mutation/changes.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const exporterRefusesItsArguments = mutant({
  sentence: 'The exporter is told to read a resource that does not exist.',
  change: argument('--resources=pods,no-such-resource'),
  fails: ['probes/becomes-ready'],
});
