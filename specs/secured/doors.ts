import { readyBudget } from '../../helpers/exporter/installed.ts';
import type { ExporterPorts } from '../../helpers/exporter/ports.ts';
import { type Front, frontsOf, listenerOf, ruleOf, scrapeRule, scrapeRules } from '../../helpers/exporter/secured.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { NotApplicable, RequirementFailure } from '../../helpers/failure.ts';
import { allowsAccess } from '../../helpers/kube/access-review.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import { getForwarded, NoForwardedAnswer } from '../../helpers/kube/port-forward.ts';
import { accountObjects, requestToken } from '../../helpers/kube/service-account.ts';
import type { PolicyRule } from '../../helpers/kube/workload.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** A port of the exporter's pod with TLS or authorization, at which a scraper outside of the pod gets /metrics. */
export interface Door {
  /** `kube-rbac-proxy-main on port 8443` */
  readonly name: string;
  readonly port: number;
  readonly tls: boolean;
  /** Whether /metrics requires a bearer token. */
  readonly token: boolean;
  /** The exporter's port behind it; undefined where a proxy forwards to anything else. */
  readonly leadsTo?: keyof ExporterPorts;
  /** The right that it requires of the token's account. */
  readonly rule: PolicyRule;
}

const requestBudget = seconds(10);

/** Longer than kube-rbac-proxy and `--auth-filter` remember that an account was denied. Source: Kubernetes, DelegatingAuthorizerConfig. */
const denialBudget = seconds(45);

/**
 * The secured ports of the exporter's pod: those of its proxies, and its own where they have TLS or require a token.
 * @throws NotApplicable when there is none
 */
export function doorsOf({ target }: Pick<RequirementContext, 'target'>): readonly Door[] {
  const { spec } = target.workload.spec.template;
  const doors = [...frontsOf(spec.containers).map((front) => doorOfFront(front, target)), ...ownDoors(target)];
  if (doors.length > 0) return doors;
  throw new NotApplicable(
    'Nothing is secured: the exporter has neither --auth-filter nor --tls-config, and no kube-rbac-proxy is in front of it.',
  );
}

/**
 * The secured ports that require a token, once they accept connections.
 * @throws NotApplicable when there is none
 */
export async function guardedDoors(context: RequirementContext): Promise<readonly Door[]> {
  const doors = doorsOf(context).filter(({ token }) => token);
  if (doors.length > 0) return (await doorsAreOpen(context)).filter(({ token }) => token);
  throw new NotApplicable('No port requires a token: there is neither --auth-filter nor a kube-rbac-proxy.');
}

function doorOfFront(front: Front, target: Target): Door {
  const { container, port, tls, upstreamPort } = front;
  const rule = ruleOf(front, target.workload, target.objects);
  const leadsTo = purposes.find((purpose) => target.ports[purpose].number === upstreamPort);
  return { name: `${container} on port ${port}`, port, tls, token: true, rule, ...(leadsTo && { leadsTo }) };
}

const purposes = ['metrics', 'telemetry'] as const;

function ownDoors({ workload, ports }: Target): readonly Door[] {
  return purposes.flatMap((leadsTo) => {
    const { name, number } = ports[leadsTo];
    const { onLoopback, tls, token } = listenerOf(workload.spec.template.spec.containers, number);
    if (onLoopback || !(tls || token)) return [];
    return [{ name: `the exporter's port ${name} (${number})`, port: number, tls, token, leadsTo, rule: scrapeRule }];
  });
}

/** A response of a door. */
export interface DoorAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Waits until every door accepts connections, with TLS or without: a kube-rbac-proxy with a small CPU limit takes a while to generate its
 * certificate, and may have no readiness probe.
 */
export const doorsAreOpen = memoizePerContext(async (context: RequirementContext): Promise<readonly Door[]> => {
  const doors = doorsOf(context);
  await waitFor({
    what: `an answer of ${doors.map(({ name }) => name).join(' and of ')}`,
    within: readyBudget,
    observe: () => Promise.all(doors.map(async (door) => ({ door, refusal: await refusalOf(context, door) }))),
    until: (observed) => observed.every(({ refusal }) => refusal === undefined),
    describe: (observed) =>
      observed.flatMap(({ door, refusal }) => (refusal === undefined ? [] : [`${door.name}: ${refusal}`])).join('; '),
  });
  return doors;
});

async function refusalOf(context: RequirementContext, door: Door): Promise<string | undefined> {
  const answers = await Promise.all([tryAt(context, door, {}), tryAt(context, door, { tls: !door.tls })]);
  const [refusal] = answers;
  return answers.every((answer) => typeof answer === 'string') ? String(refusal) : undefined;
}

/** What is requested of a door; /metrics, by default, in the way that it is served. */
export interface DoorRequest {
  readonly path?: string;
  readonly tls?: boolean;
  readonly token?: string;
}

/**
 * Requests a path of a door, with a token or without.
 * @throws RequirementFailure without a response
 */
export async function requestAt(context: RequirementContext, door: Door, request: DoorRequest = {}): Promise<DoorAnswer> {
  const { path = '/metrics', tls = door.tls } = request;
  try {
    return await sendTo(context, door, request);
  } catch (error) {
    if (!(error instanceof NoForwardedAnswer)) throw error;
    throw new RequirementFailure(`a response of ${door.name} to GET ${path}${tls ? ' over TLS' : ''}`, error.message);
  }
}

/** The same, with an error of the connection as a sentence: what a server without TLS does to a request with it is no failure by itself. */
export async function tryAt(context: RequirementContext, door: Door, request: DoorRequest): Promise<DoorAnswer | string> {
  try {
    return await sendTo(context, door, request);
  } catch (error) {
    if (!(error instanceof NoForwardedAnswer)) throw error;
    return error.message;
  }
}

async function sendTo({ client, exporter }: RequirementContext, door: Door, requested: DoorRequest): Promise<DoorAnswer> {
  const { path = '/metrics', tls = door.tls, token } = requested;
  const { name, namespace = 'default' } = (await exporter.servedPod()).metadata;
  const headers = { Accept: 'text/plain', ...(token !== undefined && { Authorization: `Bearer ${token}` }) };
  // A server with TLS refuses a request without it in a response that ends with its connection.
  const request = { path, tls, headers, timeout: requestBudget, statusOnly: door.tls && !tls };
  const { status, bytes } = await getForwarded(client, { namespace, name, port: door.port }, request);
  return { status, body: bytes.toString('utf8') };
}

/** `401: Unauthorized` */
export function formatAnswer({ status, body }: DoorAnswer): string {
  return `${status}: ${body.trim().slice(0, 200) || '(no body)'}`;
}

/** The tokens of two accounts: one that may get /metrics and nothing else, and one without any right. */
export const tokensOf = memoizePerContext(async (context: RequirementContext) => {
  const { client, run, scratch } = context;
  doorsOf(context);
  const rules = scrapeRules(context.target);
  const namespace = await scratch.namespace();
  const scraper = { namespace, name: 'scraper', roleName: `conformance-${run.id}-door`, rules };
  for (const object of accountObjects(scraper)) await scratch.create(object);
  await scratch.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'stranger', namespace } });
  const [permitted, stranger] = await Promise.all(['scraper', 'stranger'].map((name) => requestToken(client, namespace, name)));
  if (permitted === undefined || stranger === undefined) throw new Error('The API server returned no token.');
  for (const rule of rules) await inForce(client.withToken(permitted), rule);
  return { permitted, stranger };
});

/** Waits until a role is in force: the first denial would be remembered. */
async function inForce(
  client: KubeClient,
  { nonResourceURLs = [], apiGroups = [], resources = [], resourceNames = [] }: PolicyRule,
) {
  const [path] = nonResourceURLs;
  const [resource, subresource] = (resources[0] ?? '').split('/');
  const attributes = { group: apiGroups[0], resource, subresource, name: resourceNames[0], verb: 'get' };
  const access = path === undefined ? { resourceAttributes: attributes } : { nonResourceAttributes: { path, verb: 'get' } };
  await waitFor({
    what: `the right to get ${path ?? resources[0]} in force`,
    within: seconds(10),
    observe: () => allowsAccess(client, access),
    until: (allowed) => allowed,
    describe: () => 'denied',
  });
}

/**
 * Waits until a door returns exactly the families that the exporter exposes at the port behind it.
 * @returns the number of families
 */
export async function returnsTheFamilies(context: RequirementContext, door: Door): Promise<number> {
  const { permitted } = await tokensOf(context);
  const observation = await waitFor({
    what: `exactly the exporter's families from ${door.name} over ${door.tls ? 'TLS' : 'HTTP'}`,
    within: denialBudget,
    observe: async () => {
      const answer = await requestAt(context, door, door.token ? { token: permitted } : {});
      if (answer.status !== 200) return { answer, families: 0, differences: [formatAnswer(answer)] };
      const [actual, expected] = await Promise.all([familiesIn(answer.body), familiesBehind(context, door)]);
      return { answer, families: actual.size, differences: differences(actual, expected) };
    },
    until: ({ families, differences: found }) => families > 0 && found.length === 0,
    describe: ({ differences: found }) => found.join('; ') || 'no family',
    hopeless: ({ answer }) => (answer.status === 200 || answer.status === 403 ? undefined : formatAnswer(answer)),
  });
  return observation.families;
}

/** The families at the exporter's port behind a door, read beside it; those of the metrics port where it is unknown. */
async function familiesBehind({ exporter }: RequirementContext, { leadsTo = 'metrics' }: Door): Promise<ReadonlySet<string>> {
  const { body } = leadsTo === 'metrics' ? await exporter.metricsPort('/metrics') : await exporter.telemetryPort('/metrics');
  return familiesIn(body);
}

async function familiesIn(body: string): Promise<ReadonlySet<string>> {
  return new Set((await readExposition(body, { format: 'text' })).exposition.families.keys());
}

function differences(actual: ReadonlySet<string>, expected: ReadonlySet<string>): readonly string[] {
  const missing = [...expected].filter((name) => !actual.has(name));
  const unexpected = [...actual].filter((name) => !expected.has(name));
  return [
    ...(missing.length > 0 ? [`${missing.length} missing: ${missing.slice(0, 5).join(', ')}`] : []),
    ...(unexpected.length > 0 ? [`${unexpected.length} that are not behind it: ${unexpected.slice(0, 5).join(', ')}`] : []),
  ];
}
