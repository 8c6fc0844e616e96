import type { ApiResource } from '../kube/reference.ts';
import { actsAtOnce, attempt, describeAnswer, isRefusal } from './attempt.ts';

const deployments: ApiResource = {
  apiVersion: 'apps/v1',
  group: 'apps',
  name: 'deployments',
  kind: 'Deployment',
  namespaced: true,
  verbs: [],
};
const nodes: ApiResource = { ...deployments, apiVersion: 'v1', group: '', name: 'nodes', namespaced: false };
const place = { namespace: 'monitoring', name: 'nothing' };

const collection = '/apis/apps/v1/namespaces/monitoring/deployments';

describe('a request that is to be denied', () => {
  test.each([
    ['get', 'GET', `${collection}/nothing`],
    ['list', 'GET', collection],
    ['watch', 'GET', collection],
    ['create', 'POST', collection],
    ['update', 'PUT', `${collection}/nothing`],
    ['patch', 'PATCH', `${collection}/nothing`],
    ['delete', 'DELETE', `${collection}/nothing`],
    ['deletecollection', 'DELETE', collection],
  ])('to %s is %s %s', (verb, method, path) => {
    expect(attempt(deployments, verb, place)).toMatchObject({ method, path });
  });

  test('of a subresource names the object, to create as well', () => {
    const eviction = { ...deployments, apiVersion: 'v1', group: '', name: 'pods', subresource: 'eviction' };
    expect(attempt(eviction, 'create', place).path).toBe('/api/v1/namespaces/monitoring/pods/nothing/eviction');
  });

  test('of something without a namespace names none', () => {
    expect(attempt(nodes, 'list', place).path).toBe('/api/v1/nodes');
  });

  test.each(['create', 'update', 'patch', 'delete', 'deletecollection'])('to %s is a dry run', (verb) => {
    expect(attempt(deployments, verb, place).query).toMatchObject({ dryRun: 'All' });
  });

  test('to delete a whole collection selects nothing of it', () => {
    expect(attempt(deployments, 'deletecollection', place).query).toHaveProperty('fieldSelector');
  });

  test('is not made up for a verb that no request has', () => {
    expect(() => attempt(deployments, 'escalate', place)).toThrow('No request has the verb "escalate"');
  });
});

describe('a request that no dry run holds back', () => {
  test.each(['exec', 'attach', 'portforward', 'proxy', 'token'])('is one of %s', (subresource) => {
    expect(actsAtOnce({ ...deployments, subresource })).toBe(true);
  });

  test('is none of a whole resource or of its status', () => {
    expect(actsAtOnce(deployments)).toBe(false);
    expect(actsAtOnce({ ...deployments, subresource: 'status' })).toBe(false);
  });
});

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
