import { late } from '../../helpers/mutation/memory.ts';
import { mutant } from '../../helpers/mutation/mutant.ts';

export const whatIsNewIsToldLate = mutant({
  sentence: 'What is new is told of 15 seconds late.',
  proxy: late(15_000, (line) => /namespace="conformance-[^"]*-freshness"/.test(line)),
  fails: ['freshness/new-object-appears'],
});
