import { allQuestions, formatPermission, purposeOf, readPermissions } from './permission.ts';
import type { ApiResource } from './reference.ts';

const pods: ApiResource = { apiVersion: 'v1', group: '', name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get'] };
const exec: ApiResource = { ...pods, subresource: 'exec', kind: 'PodExecOptions' };
const nodes: ApiResource = { ...pods, name: 'nodes', kind: 'Node', namespaced: false };

const asked = (resources: readonly ApiResource[]) => allQuestions(resources, 'monitoring');
const texts = (resources: readonly ApiResource[]) => asked(resources).map(formatPermission);

describe('what is asked about an account', () => {
  test('is every verb on each resource, whether or not the resource is said to know it', () => {
    const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
    expect(texts([pods])).toEqual(expect.arrayContaining(verbs.map((verb) => `${verb} pods`)));
  });

  test('is every verb on each subresource', () => {
    expect(texts([pods, exec])).toEqual(expect.arrayContaining(['create pods/exec', 'get pods/exec']));
  });

  test('names the namespace where there is one to name', () => {
    const [ofPods, ofNodes] = ['get pods', 'get nodes'].map((text) =>
      asked([pods, nodes]).find((one) => formatPermission(one) === text),
    );
    expect(ofPods?.namespace).toBe('monitoring');
    expect(ofNodes).not.toHaveProperty('namespace');
  });

  test('is asked once where several versions are served', () => {
    const v1: ApiResource = { ...pods, apiVersion: 'batch/v1', group: 'batch', name: 'cronjobs' };
    expect(texts([v1, { ...v1, apiVersion: 'batch/v1beta1' }]).filter((text) => text === 'list cronjobs.batch')).toHaveLength(1);
  });

  test('includes becoming somebody else and giving oneself more', () => {
    expect(texts([])).toEqual([
      'impersonate users',
      'impersonate groups',
      'impersonate serviceaccounts',
      'impersonate userextras.authentication.k8s.io',
      'impersonate uids.authentication.k8s.io',
      'escalate roles.rbac.authorization.k8s.io',
      'escalate clusterroles.rbac.authorization.k8s.io',
      'bind roles.rbac.authorization.k8s.io',
      'bind clusterroles.rbac.authorization.k8s.io',
    ]);
  });
});

describe('what the exporter must be allowed', () => {
  test('is to list and to watch, and not to get, what it reads', () => {
    const deployments = { apiVersion: 'apps/v1', kind: 'Deployment', group: 'apps', resource: 'deployments' };
    expect(readPermissions([deployments]).map(formatPermission)).toEqual(['list deployments.apps', 'watch deployments.apps']);
  });
});

describe('the purpose of a verb', () => {
  test.each([
    ['watch', 'read'],
    ['deletecollection', 'write'],
    ['bind', 'escalate'],
    ['*', 'write'],
    ['approve', 'write'],
  ])('of %s is to %s', (verb, purpose) => {
    expect(purposeOf(verb)).toBe(purpose);
  });
});
