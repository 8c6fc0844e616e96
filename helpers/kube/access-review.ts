import pMap from 'p-map';
import type { KubeClient } from './client.ts';
import type { Question } from './permission.ts';
import type { PolicyRules } from './rules-review.ts';

/** How many requests one account has in flight. */
export const requestsInFlight = 12;

/**
 * Asks the API server, as the client's own user, for each of these whether it is allowed.
 * @returns those that are, in the order of the questions
 */
export async function allowed<Q extends Question>(client: KubeClient, questions: readonly Q[]): Promise<readonly Q[]> {
  const answers = await pMap(questions, (question) => isAllowed(client, question), { concurrency: requestsInFlight });
  return questions.filter((_, index) => answers[index]);
}

async function isAllowed(client: KubeClient, { verb, group, resource, subresource, namespace }: Question): Promise<boolean> {
  const { status } = await review<{ allowed: boolean }>(client, 'SelfSubjectAccessReview', {
    resourceAttributes: { verb, group, resource, subresource, namespace },
  });
  return status.allowed;
}

/** All that the client's own user may do in a namespace, as rules; the API server may leave something out. */
export async function rulesIn(client: KubeClient, namespace: string): Promise<PolicyRules> {
  const { status } = await review<PolicyRules>(client, 'SelfSubjectRulesReview', { namespace });
  return status;
}

async function review<Status>(client: KubeClient, kind: string, spec: unknown): Promise<{ readonly status: Status }> {
  const apiVersion = 'authorization.k8s.io/v1';
  const path = client.mapper.collection({ apiVersion, kind });
  return client.call('POST', path, { body: { apiVersion, kind, spec } });
}
