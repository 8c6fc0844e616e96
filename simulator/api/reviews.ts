import type { Fields } from '../objects.ts';
import { ApiFailure } from './failure.ts';
import type { Action, Authorizer } from './rbac.ts';
import type { User, Users } from './users.ts';

interface ReviewSpec {
  readonly resourceAttributes?: Action & { readonly group?: string };
  readonly nonResourceAttributes?: { readonly path: string; readonly verb: string };
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly namespace?: string;
  readonly token?: string;
}

/** Answers a review, which is asked by creating one and is not kept. */
export async function review(
  kind: string,
  body: Fields,
  asker: User,
  { users, authorizer }: { users: Users; authorizer: Authorizer },
): Promise<Fields> {
  const spec = (body.spec ?? {}) as ReviewSpec;
  switch (kind) {
    case 'SelfSubjectAccessReview':
      return { ...body, status: { allowed: decide(authorizer, asker, spec) } };
    case 'SubjectAccessReview':
    case 'LocalSubjectAccessReview':
      return { ...body, status: { allowed: decide(authorizer, { name: spec.user ?? '', groups: spec.groups ?? [] }, spec) } };
    case 'SelfSubjectRulesReview': {
      const rules = authorizer.rulesOf(asker, spec.namespace);
      const resourceRules = rules.filter(({ nonResourceURLs }) => !nonResourceURLs?.length);
      const nonResourceRules = rules.filter(({ nonResourceURLs }) => nonResourceURLs?.length);
      return { ...body, status: { resourceRules, nonResourceRules, incomplete: false } };
    }
    case 'TokenReview': {
      const user = await users.ofToken(spec.token ?? '');
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
