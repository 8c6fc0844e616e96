import type { ApiResource } from '../kube/reference.ts';
import { attempt, describeAnswer, ignoresDryRun, isRefusal } from './attempt.ts';

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

describe('a request that must be denied', () => {
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

  test('for a subresource has the name of the object, to create as well', () => {
    const eviction = { ...deployments, apiVersion: 'v1', group: '', name: 'pods', subresource: 'eviction' };
    expect(attempt(eviction, 'create', place).path).toBe('/api/v1/namespaces/monitoring/pods/nothing/eviction');
  });

  test('for a resource without a namespace has none', () => {
    expect(attempt(nodes, 'list', place).path).toBe('/api/v1/nodes');
  });

  test.each(['create', 'update', 'patch', 'delete', 'deletecollection'])('to %s is a dry run', (verb) => {
    expect(attempt(deployments, verb, place).query).toMatchObject({ dryRun: 'All' });
  });

  test('to delete a collection selects no object', () => {
    expect(attempt(deployments, 'deletecollection', place).query).toHaveProperty('fieldSelector');
  });

  test('does not exist for a verb that no request has', () => {
    expect(() => attempt(deployments, 'escalate', place)).toThrow('No request has the verb "escalate"');
  });
});

describe('a request that ignores a dry run', () => {
  test.each(['exec', 'attach', 'portforward', 'proxy', 'token'])('is one for %s', (subresource) => {
    expect(ignoresDryRun({ ...deployments, subresource })).toBe(true);
  });

  test('is none for a whole resource or its status', () => {
    expect(ignoresDryRun(deployments)).toBe(false);
    expect(ignoresDryRun({ ...deployments, subresource: 'status' })).toBe(false);
  });
});

const user = 'system:serviceaccount:monitoring:exporter';
const request = { user, verb: 'delete', resource: 'pods' };
const answer = (status: number, message: string) => ({ status, data: { kind: 'Status', message } });
const refused = answer(
  403,
  `pods "nothing" is forbidden: User "${user}" cannot delete resource "pods" in API group "" in the namespace "monitoring"`,
);

describe('a denial', () => {
  test('has the user, the verb and the resource', () => {
    expect(isRefusal(refused, request)).toBe(true);
  });

  test.each([
    ['user', { user: 'system:serviceaccount:monitoring:other' }],
    ['verb', { verb: 'patch' }],
    ['resource', { resource: 'pods/exec' }],
  ])('for another %s does not match', (_, change) => {
    expect(isRefusal(refused, { ...request, ...change })).toBe(false);
  });

  test('is not a refusal of admission, which comes after authorization', () => {
    expect(isRefusal(answer(403, 'pods "nothing" is forbidden: violates PodSecurity "restricted:latest"'), request)).toBe(false);
  });

  test('is not an allowed request that found nothing', () => {
    expect(isRefusal(answer(404, 'pods "nothing" not found'), request)).toBe(false);
  });
});

describe('an answer', () => {
  test('of an error is described by the API server’s message', () => {
    expect(describeAnswer(answer(404, 'pods "nothing" not found'))).toBe('404 pods "nothing" not found');
  });

  test('with an object is described without its content', () => {
    const secret = { status: 200, data: { kind: 'Secret', message: 'not-to-be-shown' } };
    expect(describeAnswer(secret)).toBe('200');
  });
});
