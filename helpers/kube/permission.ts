import type { ApiResource } from './reference.ts';

/** A verb on a resource or subresource, in whichever version: RBAC knows no versions. */
export interface Permission {
  readonly verb: string;
  /** '' for the core group */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
}

/** A permission, and where it is asked for: in one namespace, or in the whole cluster. */
export interface Question extends Permission {
  readonly namespace?: string;
}

const READS = ['get', 'list', 'watch'];
const WRITES = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const ESCALATIONS = ['impersonate', 'escalate', 'bind'];

/** What a verb would let its holder do; whatever is neither reading nor escalating counts as writing. */
export type Purpose = 'read' | 'write' | 'escalate';

export function purposeOf(verb: string): Purpose {
  if (READS.includes(verb)) return 'read';
  return ESCALATIONS.includes(verb) ? 'escalate' : 'write';
}

/** `delete pods`, `create pods/exec`, `list deployments.apps` */
export function formatPermission({ verb, group, resource, subresource }: Permission): string {
  return `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}${group && `.${group}`}`;
}

/**
 * Everything that a ServiceAccount could be allowed: each verb on all that discovery returns, and what has no path of its own.
 * Source: Kubernetes, Authorization: request verbs; RBAC good practices: escalate, bind and impersonate.
 * @param namespace where namespaced resources are asked for; who is denied there is denied in the whole cluster
 */
export function allQuestions(resources: readonly ApiResource[], namespace: string): readonly Question[] {
  const questions = resources.flatMap(({ group, name, subresource, namespaced }) =>
    [...READS, ...WRITES].map((verb) =>
      question({ verb, group, resource: name, subresource }, namespaced ? namespace : undefined),
    ),
  );
  return [...new Map([...questions, ...escalations(namespace)].map((one) => [formatPermission(one), one])).values()];
}

function escalations(namespace: string): readonly Question[] {
  const authentication = 'authentication.k8s.io';
  const rbac = 'rbac.authorization.k8s.io';
  return [
    { verb: 'impersonate', group: '', resource: 'users' },
    { verb: 'impersonate', group: '', resource: 'groups' },
    { verb: 'impersonate', group: '', resource: 'serviceaccounts', namespace },
    { verb: 'impersonate', group: authentication, resource: 'userextras' },
    { verb: 'impersonate', group: authentication, resource: 'uids' },
    ...['escalate', 'bind'].flatMap((verb) => [
      { verb, group: rbac, resource: 'roles', namespace },
      { verb, group: rbac, resource: 'clusterroles' },
    ]),
  ];
}

/** What the exporter must be allowed in the whole cluster: to list and watch what it reads. */
export function readPermissions(reads: readonly Pick<Permission, 'group' | 'resource'>[]): readonly Permission[] {
  return reads.flatMap(({ group, resource }) => ['list', 'watch'].map((verb) => ({ verb, group, resource })));
}

/** What it needs to have its own clients authenticated and authorized. Source: the exporter's own role. */
export const reviewPermissions: readonly Permission[] = [
  { verb: 'create', group: 'authentication.k8s.io', resource: 'tokenreviews' },
  { verb: 'create', group: 'authorization.k8s.io', resource: 'subjectaccessreviews' },
];

function question(
  { subresource, ...whole }: Omit<Permission, 'subresource'> & { subresource: string | undefined },
  namespace: string | undefined,
): Question {
  return { ...whole, ...(subresource === undefined ? {} : { subresource }), ...(namespace === undefined ? {} : { namespace }) };
}
