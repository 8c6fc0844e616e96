import { checkPrerequisites } from './prerequisites.ts';

const must = 'must' as const;

test('a prerequisite that no spec declares is named', () => {
  expect(() => checkPrerequisites([{ id: 'dns/answers', level: must, needs: ['dns/typo'] }])).toThrow(
    'dns/answers needs "dns/typo"',
  );
});

test('requirements that need each other are named along their circle', () => {
  const circle = [
    { id: 'a/x', level: must, needs: ['a/y'] },
    { id: 'a/y', level: must, needs: ['a/x'] },
  ];
  expect(() => checkPrerequisites(circle)).toThrow('a/x → a/y → a/x');
});

test('two requirements may share a prerequisite', () => {
  const diamond = [
    { id: 'a/x', level: must, needs: ['a/y', 'a/z'] },
    { id: 'a/y', level: must, needs: ['a/z'] },
    { id: 'a/z', level: must, needs: [] },
  ];
  expect(() => checkPrerequisites(diamond)).not.toThrow();
});
