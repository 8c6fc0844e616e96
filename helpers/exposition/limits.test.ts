import { places } from './finder.ts';
import { readExposition } from './read.ts';

const text = { format: 'text' } as const;

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

describe('whatever the length of a label value, and wherever in it something stands,', () => {
  const lengths = Array.from({ length: 20 }, (_, length) => length);
  const prefixes = lengths.flatMap((length) =>
    lengths.slice(0, length).map((place) => 'abcdefghijklmnopqrstuvwxyz'.slice(0, place)),
  );

  test('the value is read to its quote', async () => {
    const { exposition } = await readExposition(lengths.map((length) => `a{x="${'y'.repeat(length)}",z="1"} 1\n`).join(''), text);
    expect(exposition.families.get('a')?.samples.map(({ labels }) => labels.x?.length)).toEqual(lengths);
  });

  test('an escape is undone', async () => {
    const lines = prefixes.map((before, index) => `a{x="${before}\\n${index}"} 1\n`).join('');
    const { exposition, violations } = await readExposition(lines, text);
    expect(violations).toEqual([]);
    const values = exposition.families.get('a')?.samples.map(({ labels }) => labels.x);
    expect(values).toEqual(prefixes.map((before, index) => `${before}\n${index}`));
  });

  test('one other byte makes another series, and the same bytes make a duplicate', async () => {
    const values = prefixes.map((before, index) => `${before}${String.fromCharCode(0x100 + index)}`);
    const once = values.map((value) => `a{x="${value}"} 1\n`).join('');
    expect((await readExposition(once, text)).violationCount).toBe(0);
    expect((await readExposition(once + once, text)).violationCount).toBe(values.length);
  });
});
