import type { StatusBody } from '../../helpers/kube/api-error.ts';
import type { ApiResource } from '../../helpers/kube/reference.ts';
import { answerUnlessDenied, attempt } from '../../helpers/suite/attempt.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import type { Outside, Way } from './outside.ts';

/**
 * Asks for the exposition as somebody who may not have it.
 * @returns undefined when the answer is a refusal with one of these statuses; else what it was. A 403 must name the user, as
 * others than the API server refuse as well.
 */
export async function unlessKeptOut(
  { client, user }: Outside,
  { path }: Way,
  statuses: readonly number[],
): Promise<string | undefined> {
  const { status, data } = await client.answer<StatusBody | string>('GET', path);
  const message = typeof data === 'string' ? data : (data.message ?? '');
  const refused = statuses.includes(status) && (status !== 403 || message.includes(`"${user}"`));
  return refused ? undefined : `${status} for ${user}, ${path}: ${message.slice(0, 200)}`;
}

/**
 * Asks, as a reader whose one right is the exposition through the Service, for what is next to it: the other port, the pod, a write,
 * and what is in the namespace.
 * @returns what was answered otherwise than with a refusal, and how much was asked for
 */
export async function beyondTheExposition(
  context: RequirementContext,
  { client, user }: Outside,
): Promise<{ readonly findings: readonly string[]; readonly asked: number }> {
  const { exporter, target } = context;
  const { namespace, ports } = target;
  const service = target.service.metadata.name;
  const pod = (await exporter.pod()).metadata.name;
  const of = (name: string, subresource?: string) => resourceOf(context, name, subresource);
  const attempts = [
    attempt(of('services', 'proxy'), 'get', { namespace, name: `${service}:${ports.telemetry.name}` }),
    attempt(of('services', 'proxy'), 'create', { namespace, name: `${service}:${ports.metrics.name}` }),
    attempt(of('pods', 'proxy'), 'get', { namespace, name: `${pod}:${ports.metrics.number}` }),
    attempt(of('pods'), 'list', { namespace, name: '' }),
    attempt(of('secrets'), 'list', { namespace, name: '' }),
    attempt(of('namespaces'), 'list', { namespace, name: '' }),
  ];
  const answers = await Promise.all(attempts.map((one) => answerUnlessDenied(client, user, one)));
  return { findings: answers.filter((answer) => answer !== undefined), asked: attempts.length };
}

function resourceOf({ client }: RequirementContext, name: string, subresource: string | undefined): ApiResource {
  const { resources } = client.mapper;
  const found = resources.find((one) => one.group === '' && one.name === name && one.subresource === subresource);
  if (!found) throw new Error(`The API server does not serve ${name}${subresource === undefined ? '' : `/${subresource}`}.`);
  return found;
}
