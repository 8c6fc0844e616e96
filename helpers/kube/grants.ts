import type { PolicyRule } from './workload.ts';

/** What a rule of a role may allow. */
export interface Deed {
  readonly verb: string;
  /** '' for the core group */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string | undefined;
  /** Of the one object that it is about; absent where it is about all. */
  readonly name?: string | undefined;
}

/** Whether a rule allows a deed, wherever its role is bound. Source: Kubernetes, Using RBAC authorization: referring to resources. */
export function grants(rule: PolicyRule, { verb, group, resource, subresource, name }: Deed): boolean {
  const asked = subresource === undefined ? [resource] : [`${resource}/${subresource}`, `*/${subresource}`];
  return (
    has(rule.verbs, verb) &&
    has(rule.apiGroups, group) &&
    ['*', ...asked].some((one) => rule.resources?.includes(one)) &&
    (!rule.resourceNames?.length || (name !== undefined && rule.resourceNames.includes(name)))
  );
}

/** Whether a rule allows a verb on a path that is no resource; a path in the rule may end in `*`. */
export function grantsUrl({ verbs, nonResourceURLs = [] }: PolicyRule, verb: string, path: string): boolean {
  return (
    has(verbs, verb) && nonResourceURLs.some((url) => url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))))
  );
}

function has(list: readonly string[] | undefined, wanted: string): boolean {
  return list?.some((one) => one === '*' || one === wanted) ?? false;
}
