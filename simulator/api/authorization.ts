import { grants, grantsUrl } from '../../helpers/kube/permission.ts';
import type { Binding, Fields, PolicyRule, Role } from '../objects.ts';
import type { Store } from '../store.ts';
import { ApiFailure } from './failure.ts';
import type { User, Users } from './users.ts';

/** A verb on a resource, or on a path that is no resource. */
export interface Action {
  readonly verb: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  readonly path?: string;
}

const RBAC = 'rbac.authorization.k8s.io';

/** Authorizes users by the roles that are bound to them in the store. */
export class Authorizer {
  /** By user and namespace, until a role or a binding changes. */
  private readonly rules = new Map<string, readonly PolicyRule[]>();

  constructor(private readonly store: Store) {
    store.listen(({ resource }) => {
      if (resource.endsWith(`.${RBAC}`)) this.rules.clear();
    });
  }

  allows(user: User, action: Action): boolean {
    return this.rulesOf(user, action.namespace).some((rule) => covers(rule, action));
  }

  /** The rules of a user in a namespace, with those of the whole cluster. */
  rulesOf(user: User, namespace: string | undefined): readonly PolicyRule[] {
    const key = JSON.stringify([user.name, user.groups, namespace]);
    const rules = this.rules.get(key) ?? this.boundRules(user, namespace);
    this.rules.set(key, rules);
    return rules;
  }

  private boundRules(user: User, namespace: string | undefined): readonly PolicyRule[] {
    const everywhere = this.store.list<Binding>(`clusterrolebindings.${RBAC}`);
    const here = namespace ? this.store.list<Binding>(`rolebindings.${RBAC}`, namespace) : [];
    return [...everywhere, ...here].filter((binding) => isSubject(binding, user)).flatMap((binding) => this.roleOf(binding));
  }

  /** @throws ApiFailure 403 with the message of Kubernetes when a user is not allowed an action */
  require(user: User, action: Action): void {
    if (this.allows(user, action)) return;
    const { verb, group = '', resource, subresource, namespace, name, path } = action;
    if (resource === undefined) {
      throw new ApiFailure(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`);
    }
    const whole = group === '' ? resource : `${resource}.${group}`;
    const what = `${whole}${name ? ` "${name}"` : ''} is forbidden`;
    const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
    const resourcePath = subresource === undefined ? resource : `${resource}/${subresource}`;
    throw new ApiFailure(
      403,
      'Forbidden',
      `${what}: User "${user.name}" cannot ${verb} resource "${resourcePath}" in API group "${group}" ${where}`,
    );
  }

  private roleOf({ roleRef, metadata }: Binding): readonly PolicyRule[] {
    const role =
      roleRef.kind === 'ClusterRole'
        ? this.store.find<Role>(`clusterroles.${RBAC}`, { name: roleRef.name })
        : this.store.find<Role>(`roles.${RBAC}`, { namespace: metadata.namespace, name: roleRef.name });
    return role?.rules ?? [];
  }
}

function isSubject({ subjects = [], metadata }: Binding, user: User): boolean {
  return subjects.some(({ kind, name, namespace = metadata.namespace }) => {
    if (kind === 'Group') return user.groups.includes(name);
    return user.name === (kind === 'ServiceAccount' ? `system:serviceaccount:${namespace}:${name}` : name);
  });
}

function covers(rule: PolicyRule, { group = '', resource, path = '', ...action }: Action): boolean {
  return resource === undefined ? grantsUrl(rule, action.verb, path) : grants(rule, { ...action, group, resource });
}

interface ReviewSpec {
  readonly resourceAttributes?: Action & { readonly group?: string };
  readonly nonResourceAttributes?: { readonly path: string; readonly verb: string };
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly namespace?: string;
  readonly token?: string;
}

/**
 * The response to the creation of a review, which is not stored.
 * @param user who creates it
 */
export async function review(
  kind: string,
  body: Fields,
  user: User,
  { users, authorizer }: { users: Users; authorizer: Authorizer },
): Promise<Fields> {
  const spec = (body.spec ?? {}) as ReviewSpec;
  switch (kind) {
    case 'SelfSubjectAccessReview':
      return { ...body, status: { allowed: decide(authorizer, user, spec) } };
    case 'SubjectAccessReview':
    case 'LocalSubjectAccessReview':
      return { ...body, status: { allowed: decide(authorizer, { name: spec.user ?? '', groups: spec.groups ?? [] }, spec) } };
    case 'SelfSubjectRulesReview': {
      const rules = authorizer.rulesOf(user, spec.namespace);
      const resourceRules = rules.filter(({ nonResourceURLs }) => !nonResourceURLs?.length);
      const nonResourceRules = rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length);
      return { ...body, status: { resourceRules, nonResourceRules, incomplete: false } };
    }
    case 'TokenReview': {
      const user = await users.accountOfToken(spec.token ?? '');
      const status = user
        ? { authenticated: true, user: { username: user.name, groups: user.groups } }
        : { authenticated: false };
      return { ...body, status };
    }
    default:
      throw ApiFailure.badRequest(`${kind} cannot be created`);
  }
}

function decide(authorizer: Authorizer, user: User, { resourceAttributes, nonResourceAttributes }: ReviewSpec): boolean {
  if (resourceAttributes) {
    const { namespace, name, subresource, ...action } = resourceAttributes;
    return authorizer.allows(user, {
      ...action,
      namespace: namespace || undefined,
      name: name || undefined,
      subresource: subresource || undefined,
    });
  }
  return nonResourceAttributes ? authorizer.allows(user, nonResourceAttributes) : false;
}
