import { request } from 'node:https';
import { proxyPath } from '../../helpers/exporter/exporter.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { reachedAt } from '../../helpers/exporter/ports.ts';
import { isGuarded, isSecured, listenerOf } from '../../helpers/exporter/secured.ts';
import { NotApplicable, verify } from '../../helpers/failure.ts';
import type { StatusBody } from '../../helpers/kube/api-error.ts';
import { KubeClient } from '../../helpers/kube/client.ts';
import { asAnonymous, type Connection, type TlsOptions } from '../../helpers/kube/connection.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { ApiResource } from '../../helpers/kube/reference.ts';
import { requestToken } from '../../helpers/kube/service-account.ts';
import type { PolicyRule } from '../../helpers/kube/workload.ts';
import { answerUnlessDenied, attempt } from '../../helpers/suite/attempt.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { byPortForward, familiesOf, familyFaults } from './families.ts';

/** A client outside of the cluster, which has only the cluster's certificate authority and perhaps a token. */
export interface Reader {
  /** `system:serviceaccount:monitoring:reader` */
  readonly user: string;
  readonly client: KubeClient;
}

/** A path of the exposition through the API server, and the only permission that it requires. */
export interface Route {
  readonly path: string;
  readonly permission: PolicyRule;
}

const RBAC = 'rbac.authorization.k8s.io';

/** Through the exporter's Service. Source: Kubernetes, Access services running on clusters: `service:port`. */
export function byService({ target }: RequirementContext): Route {
  const { name, namespace = 'default' } = target.service.metadata;
  const { metrics } = target.ports;
  const resourceName = `${isSecured(target, metrics) ? 'https:' : ''}${name}:${metrics.name}`;
  return {
    path: `/api/v1/namespaces/${namespace}/services/${resourceName}/proxy/metrics`,
    permission: { apiGroups: [''], resources: ['services/proxy'], resourceNames: [resourceName], verbs: ['get'] },
  };
}

/** Through the exporter's pod. */
export async function byPod({ exporter, target }: RequirementContext): Promise<Route> {
  const pod = await exporter.pod();
  const { metrics } = target.ports;
  const tls = isSecured(target, metrics);
  const resourceNames = [`${tls ? 'https:' : ''}${pod.metadata.name}:${reachedAt(metrics)}`];
  return {
    path: proxyPath(pod, reachedAt(metrics), '/metrics', tls),
    permission: { apiGroups: [''], resources: ['pods/proxy'], resourceNames, verbs: ['get'] },
  };
}

/** Creates a ServiceAccount with these permissions in the exporter's namespace, and returns a reader with its token. */
export async function newReader(context: RequirementContext, name: string, rules: readonly PolicyRule[]): Promise<Reader> {
  const { client, scratch, target, unique } = context;
  const namespace = await scratch.namespace();
  await scratch.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  if (rules.length > 0) {
    const metadata = { name: `${name}-${unique}`, namespace: target.namespace };
    const roleRef = { apiGroup: RBAC, kind: 'Role', name: metadata.name };
    const subjects = [{ kind: 'ServiceAccount', name, namespace }];
    await scratch.create<KubernetesObject>({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules });
    await scratch.create<KubernetesObject>({ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects });
  }
  const token = await requestToken(client, namespace, name);
  return { user: `system:serviceaccount:${namespace}:${name}`, client: client.withToken(token) };
}

export function anonymousReader({ client }: RequirementContext): Reader {
  return { user: 'system:anonymous', client: new KubeClient(asAnonymous(client.connection), client.mapper) };
}

/** A reader with a token that no API server has issued. */
export function forgedReader({ client }: RequirementContext): Reader {
  return { user: 'nobody', client: client.withToken('forged') };
}

/**
 * Waits until a reader gets exactly the families that the exporter exposes: roles take a moment to come into force, and families appear
 * with their first object.
 * @returns the number of families
 */
export async function getsFamilies(context: RequirementContext, reader: Reader, route: Route): Promise<number> {
  const { ports, workload } = context.target;
  if (isGuarded(context.target, ports.metrics)) {
    throw new NotApplicable(
      'The port requires a token, which the API server removes from what it proxies: it cannot be read through it.',
    );
  }
  if (listenerOf(workload.spec.template.spec.containers, ports.metrics.number).onLoopback) {
    throw new NotApplicable('The port is on the loopback interface, which the API server does not reach.');
  }
  await context.exporter.servedPod();
  const { families } = await waitFor({
    what: `${reader.user} to get exactly the exporter's families from ${route.path}`,
    within: freshnessBound,
    every: 500,
    observe: async () => {
      const actual = await read(reader, route);
      return 'refusal' in actual
        ? { families: 0, faults: [actual.refusal] }
        : familyFaults(context, actual.families, byPortForward);
    },
    until: ({ faults }) => faults.length === 0,
    describe: ({ faults }) => faults.join('; '),
  });
  return families;
}

async function read(
  { client }: Reader,
  { path }: Route,
): Promise<{ readonly families: ReadonlySet<string> } | { readonly refusal: string }> {
  const response = await client.answer<string>('GET', path, { responseType: 'text' });
  const body = String(response.data);
  return response.status === 200
    ? { families: await familiesOf(body) }
    : { refusal: `${response.status}: ${body.slice(0, 300)}` };
}

/**
 * Requests the exposition as a reader that must not get it.
 * @param statuses of an acceptable refusal; a 403 must name the user, as other servers than the API server answer with 403 as well
 * @returns the responses that are not a refusal, a line each
 */
export async function notRefused(
  { client, user }: Reader,
  routes: readonly Route[],
  statuses: readonly number[],
): Promise<readonly string[]> {
  const findings = await Promise.all(
    routes.map(async ({ path }) => {
      const { status, data } = await client.answer<StatusBody | string>('GET', path);
      const message = typeof data === 'string' ? data : (data.message ?? '');
      const isRefused = statuses.includes(status) && (status !== 403 || message.includes(`"${user}"`));
      return isRefused ? undefined : `${status} for ${user}, ${path}: ${message.slice(0, 200)}`;
    }),
  );
  return findings.filter((finding) => finding !== undefined);
}

/**
 * Requests, as a reader that may only get the exposition through the Service, the other port, the pod, a write, and objects of the
 * namespace.
 * @returns the responses that are not a refusal, a line each, and the number of requests
 */
export async function requestMore(
  context: RequirementContext,
  { client, user }: Reader,
): Promise<{ readonly findings: readonly string[]; readonly requests: number }> {
  const { exporter, target } = context;
  const { namespace, ports } = target;
  const service = target.service.metadata.name;
  const pod = (await exporter.pod()).metadata.name;
  const resource = (name: string, subresource?: string) => resourceOf(context, name, subresource);
  const attempts = [
    attempt(resource('services', 'proxy'), 'get', { namespace, name: `${service}:${ports.telemetry.name}` }),
    attempt(resource('services', 'proxy'), 'create', { namespace, name: `${service}:${ports.metrics.name}` }),
    attempt(resource('pods', 'proxy'), 'get', { namespace, name: `${pod}:${reachedAt(ports.metrics)}` }),
    attempt(resource('pods'), 'list', { namespace, name: '' }),
    attempt(resource('secrets'), 'list', { namespace, name: '' }),
    attempt(resource('namespaces'), 'list', { namespace, name: '' }),
  ];
  const findings = await Promise.all(attempts.map((request) => answerUnlessDenied(client, user, request)));
  return { findings: findings.filter((finding) => finding !== undefined), requests: attempts.length };
}

function resourceOf({ client }: RequirementContext, name: string, subresource: string | undefined): ApiResource {
  const found = client.mapper.resources.find(
    (resource) => resource.group === '' && resource.name === name && resource.subresource === subresource,
  );
  if (!found) throw new Error(`The API server does not serve ${name}${subresource === undefined ? '' : `/${subresource}`}.`);
  return found;
}

/** Why a client rejects the API server's certificate; undefined when it trusts it. */
type Rejection = string | undefined;

/**
 * Verifies the API server's certificate with the cluster's certificate authority and with a generated one.
 * @returns why the generated authority rejects it: `UNABLE_TO_VERIFY_LEAF_SIGNATURE`
 * @throws RequirementFailure when the cluster's authority rejects it, or the generated one does not; InfrastructureError when the API
 *   server does not answer
 */
export async function trustsOnlyTheClusterAuthority({ client }: Pick<RequirementContext, 'client'>): Promise<string> {
  const { connection } = client;
  const { ca } = connection.tls;
  // Imported only here: its 200 modules would slow down `--list`.
  const { generate } = await import('selfsigned');
  const generated = await generate([{ name: 'commonName', value: 'another authority' }], { keyType: 'ec', algorithm: 'sha256' });
  const [byCluster, byGenerated] = await Promise.all([handshake(connection, ca), handshake(connection, generated.cert)]);
  // A connection that broke is no rejection of a certificate.
  if (byCluster !== undefined) await client.call('GET', '/version');
  verify(byCluster === undefined, { expected: "trust by the cluster's certificate authority", actual: String(byCluster) });
  verify(byGenerated !== undefined, {
    expected: 'a rejection of the certificate',
    actual: 'trust by a generated authority, as the kubeconfig skips verification',
  });
  return byGenerated;
}

/** Sends an unauthenticated request over the connection of the kubeconfig; any response means trust, whatever its status. */
function handshake({ server, tls, makeAgent }: Connection, ca: TlsOptions['ca']): Promise<Rejection> {
  const { cert: _, key: __, ca: ___, ...verification } = tls;
  const agent = makeAgent({ ...verification, ...(ca !== undefined && { ca }) });
  return new Promise((resolve) => {
    const sent = request(new URL('/version', server), { agent, timeout: seconds(10) });
    const end = (rejection: Rejection) => {
      sent.destroy();
      agent.destroy();
      resolve(rejection);
    };
    sent.on('response', () => end(undefined));
    sent.on('timeout', () => end('no response within 10 s'));
    sent.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    sent.end();
  });
}
