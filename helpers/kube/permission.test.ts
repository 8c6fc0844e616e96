import { allPermissions, formatPermission, permissionsOf, purposeOf, readPermissions } from './permission.ts';
import type { ApiResource } from './reference.ts';

const pods: ApiResource = { apiVersion: 'v1', group: '', name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get'] };
const exec: ApiResource = { ...pods, subresource: 'exec', kind: 'PodExecOptions' };
const nodes: ApiResource = { ...pods, name: 'nodes', kind: 'Node', namespaced: false };

const permissionsOn = (resources: readonly ApiResource[]) => allPermissions(resources, 'monitoring');
const texts = (resources: readonly ApiResource[]) => permissionsOn(resources).map(formatPermission);

describe('all permissions of an account', () => {
  test('have every verb on each resource, also one that discovery does not list', () => {
    const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
    expect(texts([pods])).toEqual(expect.arrayContaining(verbs.map((verb) => `${verb} pods`)));
  });

  test('have every verb on each subresource', () => {
    expect(texts([pods, exec])).toEqual(expect.arrayContaining(['create pods/exec', 'get pods/exec']));
  });

  test('have the namespace of a namespaced resource', () => {
    const [ofPods, ofNodes] = ['get pods', 'get nodes'].map((text) =>
      permissionsOn([pods, nodes]).find((permission) => formatPermission(permission) === text),
    );
    expect(ofPods?.namespace).toBe('monitoring');
    expect(ofNodes).not.toHaveProperty('namespace');
  });

  test('are listed once for a resource with several versions', () => {
    const v1: ApiResource = { ...pods, apiVersion: 'batch/v1', group: 'batch', name: 'cronjobs' };
    expect(texts([v1, { ...v1, apiVersion: 'batch/v1beta1' }]).filter((text) => text === 'list cronjobs.batch')).toHaveLength(1);
  });

  test('include impersonation and escalation', () => {
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

describe('the permissions that the exporter needs', () => {
  test('are to list and to watch what it reads, and not to get it', () => {
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

const none = { resourceRules: [], nonResourceRules: [] };

describe('the permissions of rules', () => {
  test('are each verb on each resource of each group', () => {
    const rules = { ...none, resourceRules: [{ verbs: ['list', 'watch'], apiGroups: ['', 'apps'], resources: ['pods/log'] }] };
    expect([...permissionsOf(rules).keys()]).toEqual([
      'list pods/log',
      'list pods/log.apps',
      'watch pods/log',
      'watch pods/log.apps',
    ]);
  });

  test('include those on single objects, which a review without a name denies', () => {
    const rules = {
      ...none,
      resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['settings'] }],
    };
    expect([...permissionsOf(rules).values()]).toEqual([{ what: 'get secrets "settings"', purpose: 'read' }]);
  });

  test('with every verb count as a write', () => {
    const rules = { ...none, resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] };
    expect([...permissionsOf(rules).values()]).toEqual([{ what: '* *.*', purpose: 'write' }]);
  });

  test('include non-resource paths', () => {
    const rules = { ...none, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }] };
    expect([...permissionsOf(rules).values()]).toEqual([{ what: 'get /metrics', purpose: 'read' }]);
  });
});
