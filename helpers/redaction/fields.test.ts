import { keepFields } from './fields.ts';

test('what the list does not name is left out, in lists as well, and nothing is made up', () => {
  const pod = { kind: 'Pod', spec: { nodeName: 'a', containers: [{ name: 'x', env: ['secret'] }, { env: [] }] } };

  expect(keepFields(pod, { kind: true, status: true, spec: { containers: { name: true } } })).toEqual({
    kind: 'Pod',
    spec: { containers: [{ name: 'x' }, {}] },
  });
});
