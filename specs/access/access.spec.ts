import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import { countedReads } from '../../helpers/exporter/reads.ts';
import { goTypeOf, readsTried } from '../../helpers/exporter/telemetry.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { verify, verifyNone } from '../../helpers/failure.ts';
import { allowedPermissions } from '../../helpers/kube/access-review.ts';
import { formatPermission, formatScoped, reviewPermissions, type ScopedPermission } from '../../helpers/kube/permission.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { area, requirement } from '../../helpers/suite/requirement.ts';
import { exportersAccount } from './account.ts';
import { attemptAll, attemptImpersonation } from './attempts.ts';
import { missingGrants, surplusGrants } from './bound-roles.ts';
import { listAndWatch } from './lists-and-watches.ts';
import { promisedReads, surplusOf } from './surplus.ts';

const least = { feature: 'least-privilege' } as const;
/** What leaves the exporter's ServiceAccount without its rights. */
const unbound = ['manifests/kinds-are-served', 'manifests/accepted-strictly', 'manifests/binding-names-the-account'];
const reads = 'access/lists-and-watches-what-it-reads';
const writes = 'access/denies-writes';

/** The permissions that the exporter's account does not have where it needs them, a line each. */
async function denied(context: RequirementContext, permissions: readonly ScopedPermission[]): Promise<readonly string[]> {
  const { client } = await exportersAccount(context);
  const granted = new Set(await allowedPermissions(client, permissions));
  return permissions.filter((permission) => !granted.has(permission)).map(formatScoped);
}

/**
 * Reads the exporter's log after the exporter has tried to list every resource, or is Ready, whichever comes first.
 * @returns the lines with "forbidden", and the number of all lines
 */
async function forbiddenInLog(
  context: RequirementContext,
): Promise<{ readonly findings: readonly string[]; readonly lines: number }> {
  const { cluster, exporter } = context;
  const pod = await exporter.podThat('that has tried to list everything', (running) => hasTriedEveryList(context, running));
  const log = await cluster.log(pod, exporter.target.container.name);
  const lines = log.split('\n').filter((line) => line !== '');
  return { findings: lines.filter((line) => /forbidden/i.test(line)), lines: lines.length };
}

async function hasTriedEveryList({ client, target }: RequirementContext, pod: Pod): Promise<boolean> {
  const { status, body } = await getFromPod(client, pod, target.ports.telemetry.number, '/metrics', { Accept: accept.text });
  if (status !== 200) return false;
  const tried = readsTried((await readExposition(body, { format: 'text' })).exposition);
  return countedReads(target, client.mapper).every((resource) => tried.has(goTypeOf(resource)));
}

area('access', { byAccount: true }, () => {
  requirement(
    'lists-and-watches-what-it-reads',
    {
      ...least,
      explainedBy: unbound,
      sentence:
        'The ServiceAccount may list and watch, in the whole cluster or in the namespaces that it is limited to, every resource that the exporter reads.',
      source: "The exporter's default resources and its role; Kubernetes, Authorization: SelfSubjectAccessReview",
    },
    async (context) => {
      const permissions = promisedReads('required', context);
      verifyNone(await denied(context, permissions), `${permissions.length} permissions to list and to watch`);
      context.observed(`${permissions.length} permissions to list and to watch`);
    },
  );

  requirement(
    'creates-reviews',
    {
      feature: 'authentication-reviews',
      explainedBy: unbound,
      sentence: 'The ServiceAccount may create token reviews and subject access reviews.',
      source: "The exporter's role: tokenreviews and subjectaccessreviews",
    },
    async (context) => {
      verifyNone(await denied(context, reviewPermissions), 'the permission to create both reviews');
      context.observed(reviewPermissions.map(formatPermission).join(', '));
    },
  );

  requirement(
    'denies-writes',
    {
      ...least,
      sentence:
        'The ServiceAccount may create, update, patch and delete nothing that a ServiceAccount without a role may not; such requests are denied.',
      source: 'Kubernetes, Role based access control good practices: least privilege; Authorization: request verbs',
      makes: ['control-pod'],
    },
    async (context) => {
      const { findings } = await surplusOf('write', context);
      verifyNone(findings, 'no permission to write');
      const attempts = await attemptAll('write', context);
      verifyNone(attempts.findings, 'each write denied with 403 that names the user, the verb and the resource');
      context.observed(`${attempts.refused} writes attempted and denied`);
    },
  );

  requirement(
    'reads-nothing-else',
    {
      ...least,
      sentence:
        'The ServiceAccount may get nothing, and list and watch only what the exporter reads; all other reads are denied.',
      source: 'Kubernetes, Role based access control good practices: least privilege',
      makes: ['control-pod'],
    },
    async (context) => {
      const { findings, reviewed } = await surplusOf('read', context);
      verifyNone(findings, 'no permission to read what the exporter does not read');
      const attempts = await attemptAll('read', context);
      verifyNone(attempts.findings, 'each other read denied with 403 that names the user, the verb and the resource');
      context.observed(`${reviewed} permissions reviewed; ${attempts.refused} reads attempted and denied`);
    },
  );

  requirement(
    'denies-escalation',
    {
      ...least,
      sentence: 'The ServiceAccount may not impersonate anyone, escalate or bind roles; requests as somebody else are denied.',
      source: 'Kubernetes, Role based access control good practices: escalate, bind and impersonate verbs',
    },
    async (context) => {
      const { findings } = await surplusOf('escalate', context);
      verifyNone(findings, 'no permission to impersonate, to escalate or to bind');
      verifyNone(await attemptImpersonation(context), 'a request as somebody else denied with 403 that names the user');
      context.observed('requests as another user and as another ServiceAccount were denied');
    },
  );

  requirement(
    'lists-and-watches-answer',
    {
      ...least,
      explainedBy: [reads],
      sentence: 'With the token of its ServiceAccount, every list and every watch of the exporter returns the existing objects.',
      source: 'Kubernetes, API concepts: efficient detection of changes',
    },
    async (context) => {
      const { findings, resources } = await listAndWatch(context);
      verifyNone(findings, 'each list and each watch answered with 200 and the existing objects');
      context.observed(`${resources} resources listed and watched`);
    },
  );

  requirement(
    'roles-grant-what-it-reads',
    {
      ...least,
      explainedBy: [reads],
      sentence:
        'The roles that are bound to the ServiceAccount grant the list and the watch of everything that the exporter reads.',
      source: 'Kubernetes, Using RBAC authorization',
      reads: ['roles'],
    },
    async (context) => {
      const { findings, permissions } = await missingGrants(context);
      verifyNone(findings, 'a role for each list and each watch');
      context.observed(`${permissions} permissions`);
    },
  );

  requirement(
    'roles-grant-nothing-else',
    {
      ...least,
      explainedBy: [writes, 'access/reads-nothing-else', 'access/denies-escalation'],
      sentence: 'The roles that are bound to this ServiceAccount grant nothing that the exporter cannot use.',
      source: 'Kubernetes, Role based access control good practices: least privilege',
      reads: ['roles'],
    },
    async (context) =>
      verifyNone(await surplusGrants(context), 'only the reviews, and lists and watches of what the release can read'),
  );

  requirement(
    'in-force-before-the-deployment',
    {
      ...least,
      whole: true,
      explainedBy: [reads],
      sentence: 'Everything that the exporter reads is allowed before its Deployment is applied.',
      source: 'Kubernetes, Using RBAC authorization; the order in which manifests are applied',
    },
    async ({ run, observed }) => {
      verifyNone(run.installation.deniedBeforeDeployment, 'every list allowed before the Deployment was applied');
      observed('every list was allowed before the Deployment was applied');
    },
  );

  requirement(
    'log-without-forbidden',
    {
      ...least,
      needs: ['probes/starts'],
      explainedBy: [reads, 'sharding/may-find-its-shard'],
      byAccount: false,
      sentence: 'No line of the exporter’s log contains "forbidden".',
      source: "The exporter's troubleshooting: forbidden lists",
      reads: ['log'],
    },
    async (context) => {
      const { findings, lines } = await forbiddenInLog(context);
      verify(lines > 0, { expected: 'a log with at least one line', actual: 'an empty log' });
      verifyNone(findings, `no "forbidden" among the ${lines} lines of the log`);
      context.observed(`${lines} lines`);
    },
  );
});
