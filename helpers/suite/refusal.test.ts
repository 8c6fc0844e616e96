import { describeAnswer, isRefusal } from './refusal.ts';

const user = 'system:serviceaccount:monitoring:exporter';
const wanted = { user, verb: 'delete', resource: 'pods' };
const answer = (status: number, message: string) => ({ status, data: { kind: 'Status', message } });
const refused = answer(
  403,
  `pods "nothing" is forbidden: User "${user}" cannot delete resource "pods" in API group "" in the namespace "monitoring"`,
);

describe('a refusal', () => {
  test('names the user, the verb and the resource', () => {
    expect(isRefusal(refused, wanted)).toBe(true);
  });

  test.each([
    ['user', { user: 'system:serviceaccount:monitoring:other' }],
    ['verb', { verb: 'patch' }],
    ['resource', { resource: 'pods/exec' }],
  ])('of another %s is not the one that is wanted', (_, other) => {
    expect(isRefusal(refused, { ...wanted, ...other })).toBe(false);
  });

  test('is not what an admission rule says, which looks at a request only when it is allowed', () => {
    expect(isRefusal(answer(403, 'pods "nothing" is forbidden: violates PodSecurity "restricted:latest"'), wanted)).toBe(false);
  });

  test('is not that an allowed request found nothing', () => {
    expect(isRefusal(answer(404, 'pods "nothing" not found'), wanted)).toBe(false);
  });
});

describe('an answer', () => {
  test('is told in the words of the API server', () => {
    expect(describeAnswer(answer(404, 'pods "nothing" not found'))).toBe('404 pods "nothing" not found');
  });

  test('is not told with what an object says', () => {
    const secret = { status: 200, data: { kind: 'Secret', message: 'not-to-be-seen' } };
    expect(describeAnswer(secret)).toBe('200');
  });
});
