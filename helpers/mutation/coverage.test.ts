import { coverageFaults } from './coverage.ts';

const ids = ['dns/headless', 'dns/refuses-a-wrong-name'];

test('A requirement without a mutant needs a reason', () => {
  const mutants = [{ fails: ['dns/headless'] }];

  expect(coverageFaults(ids, mutants, {})).toEqual(['dns/refuses-a-wrong-name has neither a mutant nor a reason to have none.']);
  expect(coverageFaults(ids, mutants, { 'dns/refuses-a-wrong-name': 'It cannot fail.' })).toEqual([]);
});

test('A reason that is not needed is a fault', () => {
  const mutants = [{ fails: ids }];

  expect(coverageFaults(ids, mutants, { 'dns/headless': 'x', 'dns/gone': 'y' })).toEqual([
    'dns/headless has a reason to have no mutant, and has one.',
    'dns/gone has a reason to have no mutant, and is no requirement.',
  ]);
});
