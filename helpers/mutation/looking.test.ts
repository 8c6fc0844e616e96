import { makesNothing, mostlyLooks } from './looking.ts';

test('requirements that an audit verifies only look, and some that it leaves out', () => {
  const looking = { id: 'exposition/pod', reads: ['proxy'] as const };

  expect(makesNothing([looking, { id: 'endpoints/reached-by-the-service' }])).toBe(true);
  expect(makesNothing([looking, { id: 'exposition/openmetrics' }])).toBe(false);
});

test('a mutant mostly looks by the areas of all that it names', () => {
  expect(mostlyLooks({ fails: ['exposition/pod', 'endpoints/healthz'] })).toBe(true);
  expect(mostlyLooks({ fails: ['exposition/pod'], verifies: ['freshness'] })).toBe(false);
});
