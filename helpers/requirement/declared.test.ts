import { deviations } from '../report/deviations.ts';
import { checkPrerequisites } from '../report/prerequisites.ts';
import { declaredRequirements } from './declared.ts';

const declared = await declaredRequirements();
const ids = declared.map(({ id }) => id);

test('there are at least sixty requirements, each with a sentence and a source', () => {
  expect(ids.length).toBeGreaterThanOrEqual(60);
  for (const { id, sentence, source } of declared) {
    expect({ id, sentence }).toEqual({ id, sentence: expect.stringMatching(/^[A-Z/].*\.$/) });
    expect({ id, source: source.length > 5 }).toEqual({ id, source: true });
  }
});

test('every prerequisite is a requirement, and none needs itself in the end', () => {
  expect(() => checkPrerequisites(declared)).not.toThrow();
});

test('every declared deviation is one of a requirement that there is', () => {
  for (const { id, requirement } of deviations) expect({ id, known: ids.includes(requirement) }).toEqual({ id, known: true });
});

test('what disturbs others is in files of its own', () => {
  for (const { id, alone, file } of declared) {
    expect({ id, alone: file.startsWith('specs/alone/') }).toEqual({ id, alone });
  }
});

test('the areas are listed in the order in which one would look at a deployment', () => {
  const areas = [...new Set(declared.map(({ area }) => area))];
  expect(areas.slice(0, 3)).toEqual(['manifests', 'scheduling', 'probes']);
});
