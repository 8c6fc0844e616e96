import { coverageFaults } from './coverage.ts';

const ids = ['dns/headless', 'dns/refuses-a-wrong-name'];

test('A requirement without a mutant must say why', () => {
  const mutants = [{ fails: ['dns/headless'] }];

  expect(coverageFaults(ids, mutants, {})).toEqual(['No mutant is for dns/refuses-a-wrong-name, and nothing says why.']);
  expect(coverageFaults(ids, mutants, { 'dns/refuses-a-wrong-name': 'It cannot fail.' })).toEqual([]);
});

test('A reason goes with the need for it', () => {
  const mutants = [{ fails: ids }];

  expect(coverageFaults(ids, mutants, { 'dns/headless': 'x', 'dns/gone': 'y' })).toEqual([
    'dns/headless is said to have no mutant, and has one.',
    'dns/gone is said to have no mutant, and is no requirement.',
  ]);
});
