import type { StatusBody } from '../../helpers/kube/api-error.ts';
import { describeAnswer, isRefusal } from '../../helpers/suite/attempt.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { controlAccount, exportersAccount } from './account.ts';

/**
 * Really asks as somebody else: as another user and as another ServiceAccount.
 * The group, the uid and the extras of another are only looked at when the user is granted.
 * @returns what was answered otherwise than with a refusal
 */
export async function attemptImpersonation(
  context: Pick<RequirementContext, 'client' | 'target' | 'scratch'>,
): Promise<readonly string[]> {
  const { user, client } = await exportersAccount(context);
  const others = [
    { name: 'kubernetes-admin', resource: 'users' },
    { name: (await controlAccount(context)).user, resource: 'serviceaccounts' },
  ];
  const answers = await Promise.all(
    others.map(async ({ name, resource }) => {
      const response = await client.answer<StatusBody>('GET', '/version', { headers: { 'Impersonate-User': name } });
      return isRefusal(response, { user, verb: 'impersonate', resource }) ? undefined : `as ${name}: ${describeAnswer(response)}`;
    }),
  );
  return answers.filter((answer) => answer !== undefined);
}
