import pMap from 'p-map';
import { requestsInFlight } from '../../helpers/kube/access-review.ts';
import { formatPermission, purposeOf } from '../../helpers/kube/permission.ts';
import type { ApiResource } from '../../helpers/kube/reference.ts';
import { type Attempt, actsAtOnce, attempt, type Place } from '../../helpers/suite/attempt.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { oncePerContext } from '../../helpers/suite/once.ts';
import { unlessRefused } from '../../helpers/suite/refusal.ts';
import { controlAccount, controlName, exportersAccount } from './account.ts';
import { rightfully } from './surplus.ts';

type Needed = Pick<RequirementContext, 'client' | 'target' | 'scratch' | 'profile' | 'run'>;

/**
 * Really asks, with the exporter's own token, for every read or every write that the API server serves and that is not needed.
 * @returns what was answered otherwise than with a refusal, and how many requests were refused
 */
export async function attemptAll(
  purpose: 'read' | 'write',
  context: Needed,
): Promise<{ readonly findings: readonly string[]; readonly refused: number }> {
  const { user, client } = await exportersAccount(context);
  const attempts = await attemptsOf(purpose, context);
  const answers = await pMap(attempts, (one) => unlessRefused(client, user, one), { concurrency: requestsInFlight });
  const findings = answers.filter((answer) => answer !== undefined);
  return { findings, refused: attempts.length - findings.length };
}

async function attemptsOf(purpose: 'read' | 'write', context: Needed): Promise<readonly Attempt[]> {
  const rightful = await rightfully(context);
  const own = await ownObjects(context);
  const served = context.run.apiResources.flatMap((resource) =>
    resource.verbs
      .filter((verb) => purposeOf(verb) === purpose)
      .map((verb) => ({ ...permissionOf(resource, verb), served: resource }))
      .filter((permission) => !rightful.has(formatPermission(permission))),
  );
  const distinct = [...new Map(served.map((one) => [formatPermission(one), one])).values()];
  const elsewhere: Place = { namespace: context.target.namespace, name: `nothing-${context.run.id}` };
  return distinct.map(({ served: resource, verb }) =>
    attempt(resource, verb, actsAtOnce(resource) ? (own.get(resource.name) ?? elsewhere) : elsewhere),
  );
}

function permissionOf({ group, name, subresource }: ApiResource, verb: string) {
  return { verb, group, resource: name, ...(subresource === undefined ? {} : { subresource }) };
}

/** The run's own objects, for requests that would act at once if they were allowed; there is no node among them. */
const ownObjects = oncePerContext(async (context: Needed): Promise<ReadonlyMap<string, Place>> => {
  const { scratch } = context;
  const namespace = await scratch.namespace();
  await controlAccount(context);
  await scratch.pod({ name: controlName });
  const spec = { ports: [{ port: 80 }] };
  await scratch.create({ apiVersion: 'v1', kind: 'Service', metadata: { name: controlName, namespace }, spec });
  return new Map(['pods', 'services', 'serviceaccounts'].map((resource) => [resource, { namespace, name: controlName }]));
});
