import { faultsOf } from './faults.ts';

const reading = (must: readonly string[], may: readonly string[] = []) => ({ must, may });
const effect = { what: 'a test' };

test('What is told as the API says is right, in whatever order', () => {
  expect(faultsOf(['b', 'a'], [reading(['a', 'b'])], effect)).toEqual([]);
});

test('What the API says and nobody tells is a fault, and the other way round', () => {
  expect(faultsOf(['a', 'c'], [reading(['a', 'b'])], effect)).toEqual(['not told: b', 'told, and the API does not say so: c']);
});

test('What has changed lately may be told as it was or as it is', () => {
  const readings = [reading(['a', 'before']), reading(['a', 'after'])];

  expect(faultsOf(['a', 'before'], readings, effect)).toEqual([]);
  expect(faultsOf(['a', 'after'], readings, effect)).toEqual([]);
  expect(faultsOf(['before'], readings, effect)).toEqual(['not told: a']);
});

test('What the API does not decide may be told, and need not be', () => {
  expect(faultsOf([], [reading([], ['perhaps'])], effect)).toEqual([]);
  expect(faultsOf(['perhaps'], [reading([], ['perhaps'])], effect)).toEqual([]);
});

test('What a scenario brings about must be told, and what it puts right no more, though the API has said so a moment ago', () => {
  expect(faultsOf([], [reading([], ['own'])], { ...effect, told: ['own'] })).toEqual(['not told: own']);
  expect(faultsOf(['own'], [reading(['own']), reading([])], { ...effect, gone: ['own'] })).toEqual(['still told: own']);
});
