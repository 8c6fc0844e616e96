import { differences } from './comparison.ts';

const reading = (required: readonly string[], optional: readonly string[] = []) => ({ required, optional });

test('The rows of the API have no difference, in any order', () => {
  expect(differences(['b', 'a'], [reading(['a', 'b'])], {})).toEqual([]);
});

test('A row that only the API has is missing, and one that only Prometheus has is not according to the API', () => {
  expect(differences(['a', 'c'], [reading(['a', 'b'])], {})).toEqual(['missing: b', 'not according to the API: c']);
});

test('A row that changed recently may have its old or its new state', () => {
  const readings = [reading(['a', 'before']), reading(['a', 'after'])];

  expect(differences(['a', 'before'], readings, {})).toEqual([]);
  expect(differences(['a', 'after'], readings, {})).toEqual([]);
  expect(differences(['before'], readings, {})).toEqual(['missing: a']);
});

test('An optional row may be present or absent', () => {
  expect(differences([], [reading([], ['perhaps'])], {})).toEqual([]);
  expect(differences(['perhaps'], [reading([], ['perhaps'])], {})).toEqual([]);
});

test("A scenario's rows must be present or absent, even if the API changed recently or does not decide", () => {
  expect(differences([], [reading([], ['own'])], { present: ['own'] })).toEqual(['missing: own']);
  expect(differences(['own'], [reading(['own']), reading([])], { absent: ['own'] })).toEqual(['still present: own']);
});

test("A scenario's row that was seen need not be there any more, while another is that the API does not have", () => {
  const scenario = { present: ['own'], seen: new Set(['own']) };

  expect(differences([], [reading([])], scenario)).toEqual([]);
  expect(differences(['other'], [reading([])], scenario)).toEqual(['not according to the API: other']);
});
