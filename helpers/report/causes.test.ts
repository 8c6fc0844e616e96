import { blockerOf, causesOf, type Explained, validateReferences } from './causes.ts';

const record = (id: string, explainedBy: readonly string[] = [], needs: readonly string[] = []): Explained => ({
  id,
  explainedBy,
  needs,
});

test('the cause of a failure is the beginning of its chain, the first declared of several, and never itself', () => {
  const records = [
    record('a/root'),
    record('a/other'),
    record('a/middle', ['a/root']),
    record('a/leaf', ['a/passed', 'a/middle', 'a/other']),
    record('a/passed'),
  ];
  const failed = new Set(['a/root', 'a/other', 'a/middle', 'a/leaf']);
  expect([...causesOf(records, failed)]).toEqual([
    ['a/middle', 'a/root'],
    ['a/leaf', 'a/root'],
  ]);
});

test('the blocker is the nearest need that failed', () => {
  const records = [record('a/root'), record('a/middle', [], ['a/root']), record('a/leaf', [], ['a/middle'])];
  const leaf = records[2] as Explained;
  expect(blockerOf(leaf, records, new Set(['a/root']))).toBe('a/root');
  expect(blockerOf(leaf, records, new Set(['a/root', 'a/middle']))).toBe('a/middle');
  expect(blockerOf(leaf, records, new Set())).toBeUndefined();
});

describe('references between requirements', () => {
  test.each([
    ['needs', record('dns/answers', [], ['dns/typo'])],
    ['explainedBy', record('dns/answers', ['dns/typo'])],
  ])('an unknown id in %s is named', (_, declared) => {
    expect(() => validateReferences([declared])).toThrow('dns/answers refers to "dns/typo"');
  });

  test('a circle is named', () => {
    expect(() => validateReferences([record('a/x', ['a/y']), record('a/y', [], ['a/x'])])).toThrow('a/x → a/y → a/x');
  });

  test('requirements may share a need', () => {
    const diamond = [record('a/x', [], ['a/y', 'a/z']), record('a/y', [], ['a/z']), record('a/z')];
    expect(() => validateReferences(diamond)).not.toThrow();
  });
});
