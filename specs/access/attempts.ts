import pMap from 'p-map';
import { requestsInFlight } from '../../helpers/kube/access-review.ts';
import type { StatusBody } from '../../helpers/kube/api-error.ts';
import { formatPermission, purposeOf } from '../../helpers/kube/permission.ts';
import type { ApiResource } from '../../helpers/kube/reference.ts';
import {
  type Attempt,
  answerUnlessDenied,
  attempt,
  describeAnswer,
  ignoresDryRun,
  isRefusal,
  type Subject,
} from '../../helpers/suite/attempt.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { controlAccount, controlName, exportersAccount } from './account.ts';
import { rightfulPermissions } from './surplus.ts';

type Needed = Pick<RequirementContext, 'client' | 'target' | 'scratch' | 'profile' | 'run' | 'workloads'>;

/**
 * Sends, with the exporter's token, a request for every read or every write that the API server serves and the exporter does not need.
 * @returns a line for each response that is not a refusal, and the number of refused requests
 */
export async function attemptAll(
  purpose: 'read' | 'write',
  context: Needed,
): Promise<{ readonly findings: readonly string[]; readonly refused: number }> {
  const { user, client } = await exportersAccount(context);
  const attempts = await attemptsOf(purpose, context);
  const answers = await pMap(attempts, (request) => answerUnlessDenied(client, user, request), { concurrency: requestsInFlight });
  const findings = answers.filter((answer) => answer !== undefined);
  return { findings, refused: attempts.length - findings.length };
}

async function attemptsOf(purpose: 'read' | 'write', context: Needed): Promise<readonly Attempt[]> {
  const rightful = await rightfulPermissions(context);
  const ownObjects = await createOwnObjects(context);
  const unneeded = context.run.apiResources.flatMap((resource) =>
    resource.verbs
      .filter((verb) => purposeOf(verb) === purpose)
      .map((verb) => ({ resource, verb, permission: formatPermission(permissionOf(resource, verb)) }))
      .filter(({ permission }) => !rightful.has(permission)),
  );
  // A resource may be served in several versions.
  const distinct = [...new Map(unneeded.map((request) => [request.permission, request])).values()];
  const missing: Subject = { namespace: context.target.namespace, name: `nothing-${context.run.id}` };
  return distinct.map(({ resource, verb }) =>
    attempt(resource, verb, ignoresDryRun(resource) ? (ownObjects.get(resource.name) ?? missing) : missing),
  );
}

function permissionOf({ group, name, subresource }: ApiResource, verb: string) {
  return { verb, group, resource: name, ...(subresource === undefined ? {} : { subresource }) };
}

/** Objects of the run for requests that would take effect despite the dry run if they were allowed; a node is not among them. */
const createOwnObjects = memoizePerContext(async (context: Needed): Promise<ReadonlyMap<string, Subject>> => {
  const { scratch } = context;
  const namespace = await scratch.namespace();
  await controlAccount(context);
  await scratch.pod({ name: controlName });
  const spec = { ports: [{ port: 80 }] };
  await scratch.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: controlName, namespace }, spec });
  return new Map(['pods', 'services', 'serviceaccounts'].map((resource) => [resource, { namespace, name: controlName }]));
});

/**
 * Sends a request as another user and as another ServiceAccount, with the exporter's token. The API server reviews the group, the uid
 * and the extras of an impersonated user only after the user.
 * @returns a line for each response that is not a refusal
 */
export async function attemptImpersonation(
  context: Pick<RequirementContext, 'client' | 'target' | 'scratch'>,
): Promise<readonly string[]> {
  const { user, client } = await exportersAccount(context);
  const impersonated = [
    { name: 'kubernetes-admin', resource: 'users' },
    { name: (await controlAccount(context)).user, resource: 'serviceaccounts' },
  ];
  const answers = await Promise.all(
    impersonated.map(async ({ name, resource }) => {
      const response = await client.answer<StatusBody>('GET', '/version', { headers: { 'Impersonate-User': name } });
      return isRefusal(response, { user, verb: 'impersonate', resource }) ? undefined : `as ${name}: ${describeAnswer(response)}`;
    }),
  );
  return answers.filter((answer) => answer !== undefined);
}
