import { formatPermission, type Permission, type Purpose, purposeOf } from './permission.ts';

/** What a SelfSubjectRulesReview answers. */
export interface PolicyRules {
  readonly resourceRules: readonly {
    readonly verbs: readonly string[];
    readonly apiGroups?: readonly string[];
    readonly resources?: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly nonResourceRules: readonly { readonly verbs: readonly string[]; readonly nonResourceURLs?: readonly string[] }[];
}

/** Something that an account may do and should not. */
export interface Surplus {
  /** `delete pods` */
  readonly what: string;
  readonly purpose: Purpose;
}

/** Each permission that the rules give, wildcards as they are written: `list pods`, `get configmaps "one"`, `get /metrics`. */
export function permissionsOf({ resourceRules, nonResourceRules }: PolicyRules): ReadonlyMap<string, Surplus> {
  const ofResources = resourceRules.flatMap(({ verbs, apiGroups = [], resources = [], resourceNames = [] }) =>
    combinations(verbs, apiGroups, resources).flatMap((permission) =>
      resourceNames.length === 0
        ? [surplus(formatPermission(permission), permission.verb)]
        : resourceNames.map((name) => surplus(`${formatPermission(permission)} "${name}"`, permission.verb)),
    ),
  );
  const ofUrls = nonResourceRules.flatMap(({ verbs, nonResourceURLs = [] }) =>
    verbs.flatMap((verb) => nonResourceURLs.map((url) => surplus(`${verb} ${url}`, verb))),
  );
  return new Map([...ofResources, ...ofUrls].map((one) => [one.what, one]));
}

function combinations(verbs: readonly string[], groups: readonly string[], resources: readonly string[]): readonly Permission[] {
  return verbs.flatMap((verb) =>
    groups.flatMap((group) =>
      resources.map((name) => {
        const [resource = name, subresource] = name.split('/');
        return { verb, group, resource, ...(subresource === undefined ? {} : { subresource }) };
      }),
    ),
  );
}

function surplus(what: string, verb: string): Surplus {
  return { what, purpose: purposeOf(verb) };
}
