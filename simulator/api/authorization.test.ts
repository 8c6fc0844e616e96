import { Clock } from '../clock.ts';
import type { Binding, PolicyRule, Role } from '../objects.ts';
import { Store } from '../store.ts';
import { Authorizer } from './authorization.ts';
import { serviceAccountUser } from './users.ts';

const RBAC = 'rbac.authorization.k8s.io';
const account = serviceAccountUser('monitoring', 'exporter');

/** Binds a role with these rules to the account, in a namespace or in the whole cluster. */
function bound(rules: PolicyRule[], namespace?: string, store = new Store(new Clock(1))): Authorizer {
  const apiVersion = `${RBAC}/v1`;
  const subjects = [{ kind: 'ServiceAccount', name: 'exporter', namespace: 'monitoring' }];
  const roleRef = { kind: 'ClusterRole', name: 'reader' };
  store.create<Role>(`clusterroles.${RBAC}`, { apiVersion, kind: 'ClusterRole', metadata: { name: 'reader' }, rules });
  const kind = namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding';
  const metadata = { name: 'reader', ...(namespace === undefined ? {} : { namespace }) };
  store.create<Binding>(`${kind.toLowerCase()}s.${RBAC}`, { apiVersion, kind, metadata, roleRef, subjects });
  return new Authorizer(store);
}

const listPods = { verbs: ['list'], apiGroups: [''], resources: ['pods'] };

describe('a role', () => {
  test('allows its verbs on its resources and nothing else', () => {
    const authorizer = bound([listPods]);
    expect(authorizer.allows(account, { verb: 'list', group: '', resource: 'pods' })).toBe(true);
    expect(authorizer.allows(account, { verb: 'watch', group: '', resource: 'pods' })).toBe(false);
    expect(authorizer.allows(account, { verb: 'list', group: 'metrics.k8s.io', resource: 'pods' })).toBe(false);
    expect(authorizer.allows(account, { verb: 'list', group: '', resource: 'pods', subresource: 'log' })).toBe(false);
  });

  test('that is bound in a namespace applies there and not in the whole cluster', () => {
    const authorizer = bound([listPods], 'here');
    expect(authorizer.allows(account, { verb: 'list', group: '', resource: 'pods', namespace: 'here' })).toBe(true);
    expect(authorizer.allows(account, { verb: 'list', group: '', resource: 'pods' })).toBe(false);
  });

  test('with resourceNames allows those names only, and no list', () => {
    const authorizer = bound([{ verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'], resourceNames: ['one'] }]);
    expect(authorizer.allows(account, { verb: 'get', group: '', resource: 'secrets', name: 'one' })).toBe(true);
    expect(authorizer.allows(account, { verb: 'get', group: '', resource: 'secrets', name: 'two' })).toBe(false);
    expect(authorizer.allows(account, { verb: 'list', group: '', resource: 'secrets' })).toBe(false);
  });

  test('that changes applies from then on, as does one that is removed', () => {
    const store = new Store(new Clock(1));
    const authorizer = bound([], undefined, store);
    const mayListPods = () => authorizer.allows(account, { verb: 'list', group: '', resource: 'pods' });
    const before = mayListPods();
    store.change<Role>(`clusterroles.${RBAC}`, { name: 'reader' }, (role) => {
      role.rules = [listPods];
    });
    const after = mayListPods();
    store.remove(`clusterrolebindings.${RBAC}`, { name: 'reader' });
    expect([before, after, mayListPods()]).toEqual([false, true, false]);
  });

  test('does not apply to another account', () => {
    const otherAccount = serviceAccountUser('default', 'exporter');
    const authorizer = bound([listPods]);
    expect(() => authorizer.require(otherAccount, { verb: 'list', group: '', resource: 'pods' })).toThrow(
      'pods is forbidden: User "system:serviceaccount:default:exporter" cannot list resource "pods" in API group "" at the cluster scope',
    );
  });
});
