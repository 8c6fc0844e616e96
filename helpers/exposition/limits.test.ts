import { places } from './finder.ts';
import { readExposition } from './read.ts';

test('a byte that is not UTF-8 is refused with its place, and the lines around it are read', async () => {
  const bytes = Buffer.concat([Buffer.from('a 1\nb{x="ä'), Buffer.of(0xff), Buffer.from('"} 1\nc 1\n')]);
  const result = await readExposition(bytes, { format: 'text' });
  expect(places(result)).toEqual(['invalid-utf-8 2:8']);
  expect([...result.exposition.families.keys()]).toEqual(['a', 'c']);
});

test('a line of more than 4 MiB is refused, and the next one is read', async () => {
  const result = await readExposition(`a{x="${'y'.repeat(9_000_000)}"} 1\nb 1\n`, { format: 'text' });
  expect(places(result)).toEqual(['line-too-long 1:4194305']);
  expect([...result.exposition.families.keys()]).toEqual(['b']);
});

test('a long line is read', async () => {
  const result = await readExposition(`a{x="${'y'.repeat(3_000_000)}"} 1\nb 1\n`, { format: 'text' });
  expect(places(result)).toEqual([]);
  expect(result.exposition.families.get('a')?.samples[0]?.labels.x).toHaveLength(3_000_000);
});

test('of garbage the first violations are kept, and all are counted', async () => {
  const result = await readExposition('?\n'.repeat(20_000), { format: 'text' });
  expect(result.violations).toHaveLength(10_000);
  expect(result.violationCount).toBe(20_000);
});
