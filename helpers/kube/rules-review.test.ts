import { permissionsOf } from './rules-review.ts';

const none = { resourceRules: [], nonResourceRules: [] };

describe('the rules of an account', () => {
  test('give each verb on each resource of each group', () => {
    const rules = { ...none, resourceRules: [{ verbs: ['list', 'watch'], apiGroups: ['', 'apps'], resources: ['pods/log'] }] };
    expect([...permissionsOf(rules).keys()]).toEqual([
      'list pods/log',
      'list pods/log.apps',
      'watch pods/log',
      'watch pods/log.apps',
    ]);
  });

  test('are not lost where they are for single names, which a review without a name denies', () => {
    const rules = {
      ...none,
      resourceRules: [{ verbs: ['get'], apiGroups: [''], resources: ['secrets'], resourceNames: ['one'] }],
    };
    expect([...permissionsOf(rules).values()]).toEqual([{ what: 'get secrets "one"', purpose: 'read' }]);
  });

  test('count as writing where they give every verb', () => {
    const rules = { ...none, resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] };
    expect([...permissionsOf(rules).values()]).toEqual([{ what: '* *.*', purpose: 'write' }]);
  });

  test('reach beyond resources', () => {
    const rules = { ...none, nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }] };
    expect([...permissionsOf(rules).values()]).toEqual([{ what: 'get /metrics', purpose: 'read' }]);
  });
});
