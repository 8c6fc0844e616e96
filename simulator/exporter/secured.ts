import { createServer, type IncomingMessage, request as requestPlainly, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { dirname, posix } from 'node:path';
import { generate } from 'selfsigned';
import { parse } from 'yaml';
import { argumentsOf, flagValue } from '../../helpers/exporter/ports.ts';
import { frontsOf, listenerOf } from '../../helpers/exporter/secured.ts';
import { KubeClient } from '../../helpers/kube/client.ts';
import { asBearer, type Connection } from '../../helpers/kube/connection.ts';
import { ResourceMapper } from '../../helpers/kube/reference.ts';
import type { Container as TargetContainer } from '../../helpers/kube/workload.ts';
import { endless, type Machine, type Process, type Program } from '../node/process.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What is required of a scraper: the right to get a path, or a resource. */
type Attributes = { readonly nonResourceAttributes: object } | { readonly resourceAttributes: object };

/**
 * Serves a request only with a token whose account has the right, as `--auth-filter` and kube-rbac-proxy do: 401, 403 or the response.
 * @param client reviews tokens and access with the token of the pod's own account
 * @param attributesOf the right that a request requires
 * @param invalid the status for a token that is not valid. Source: controller-runtime, metrics filters, for that of `--auth-filter`
 */
export function guarded(
  client: KubeClient,
  attributesOf: (path: string) => Attributes,
  serve: Handler,
  invalid: 401 | 500 = 401,
): Handler {
  const post = async <T>(path: string, kind: string, spec: object) =>
    client.send<{ status?: T }>('POST', path, { body: { apiVersion: path.split('/').slice(2, 4).join('/'), kind, spec } });
  const refusalOf = async ({ headers, url = '/' }: IncomingMessage): Promise<number | undefined> => {
    const [, token] = /^Bearer (.+)$/.exec(headers.authorization ?? '') ?? [];
    if (token === undefined) return 401;
    const review = await post<{ authenticated?: boolean; user?: { username: string; groups: string[] } }>(
      '/apis/authentication.k8s.io/v1/tokenreviews',
      'TokenReview',
      { token },
    );
    const { authenticated = false, user } = review.data.status ?? {};
    if (!authenticated || !user) return invalid;
    const attributes = attributesOf(url.split('?')[0] ?? '/');
    const access = await post<{ allowed?: boolean }>(
      '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      'SubjectAccessReview',
      {
        user: user.username,
        groups: user.groups,
        ...attributes,
      },
    );
    if (access.status >= 300) return 500;
    return access.data.status?.allowed ? undefined : 403;
  };
  // As the real ones do, so that a scrape costs the API server nothing; a denial may end as soon as a role is bound.
  const permitted = new Set<string>();
  const remembered = async (request: IncomingMessage): Promise<number | undefined> => {
    const key = `${request.headers.authorization} ${request.url}`;
    if (permitted.has(key)) return undefined;
    const status = await refusalOf(request);
    if (status === undefined) permitted.add(key);
    return status;
  };
  return (request, response) => {
    remembered(request).then(
      (status) => {
        if (status === undefined) serve(request, response);
        else response.writeHead(status).end(refusals[status]);
      },
      () => response.writeHead(500).end('Internal Server Error\n'),
    );
  };
}

const refusals: Readonly<Record<number, string>> = {
  401: 'Unauthorized\n',
  403: 'Forbidden\n',
  500: 'Authentication failed\n',
};

/** The right to get a path. */
export function pathAttributes(path: string): Attributes {
  return { nonResourceAttributes: { path, verb: 'get' } };
}

/** A client with the token of the pod's own account. */
export async function ownClient({ token }: Machine, connection: () => Promise<Connection>): Promise<KubeClient> {
  const bearer = await token();
  if (bearer === undefined) throw new Error('no token is mounted: unable to load the in-cluster configuration');
  return new KubeClient(asBearer(await connection(), bearer), new ResourceMapper([]));
}

/** A server of the exporter: with TLS where the file of `--tls-config` configures it. Source: exporter-toolkit, web configuration. */
export async function exporterServer(
  machine: Machine,
  container: Pick<TargetContainer, 'name' | 'image' | 'command' | 'args'>,
  port: number,
  handler: Handler,
): Promise<Server> {
  if (!listenerOf([container], port).tls) return createServer(handler);
  const file = flagValue(argumentsOf(container), '--tls-config') ?? '';
  const text = machine.mounted(dirname(file))[posix.basename(file)];
  if (text === undefined) throw new Error(`open ${file}: no such file or directory`);
  const hasTls = (parse(text) as { tls_server_config?: object } | null)?.tls_server_config !== undefined;
  return hasTls ? secureServer(handler) : createServer(handler);
}

async function secureServer(handler: Handler): Promise<Server> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'simulated' }], {
    keyType: 'ec',
    algorithm: 'sha256',
  });
  return createSecureServer({ cert, key }, handler);
}

/** A stand-in for kube-rbac-proxy: authenticates, authorizes and forwards. Source: kube-rbac-proxy, README: command line flags. */
export function proxyProgram({ connection }: { connection(): Promise<Connection> }): Program {
  return {
    start: (machine) => {
      const running: Process = endless();
      const crashed = new Promise<number>((crash) => {
        serveProxy(machine, connection).catch((error: Error) => {
          machine.print(`E simulated kube-rbac-proxy: ${error.message}\n`);
          crash(1);
        });
      });
      return { ended: Promise.race([running.ended, crashed]), stop: running.stop };
    },
    run: () => Promise.resolve({ code: 127, stdout: '', stderr: 'there is no shell in this image\n' }),
  };
}

async function serveProxy(machine: Machine, connection: () => Promise<Connection>): Promise<void> {
  const container = machine.container as TargetContainer;
  const list = argumentsOf(container);
  const client = await ownClient(machine, connection);
  const ignored = (flagValue(list, '--ignore-paths') ?? '').split(',');
  const attributes = attributesIn(machine, flagValue(list, '--config-file'));
  for (const { port, tls, upstreamPort = 0 } of frontsOf([container])) {
    const forward: Handler = (request, response) => forwardTo(machine, upstreamPort, request, response);
    const guard = guarded(client, (path) => attributes ?? pathAttributes(path), forward);
    const handler: Handler = (request, response) =>
      (ignored.includes(request.url?.split('?')[0] ?? '/') ? forward : guard)(request, response);
    await machine.network.listen(machine.ip, port, tls ? await secureServer(handler) : createServer(handler));
  }
  const endpoints = Number(flagValue(list, '--proxy-endpoints-port') ?? 0);
  if (endpoints === 0) return;
  const health: Handler = (_, response) => response.writeHead(200).end('ok');
  await machine.network.listen(machine.ip, endpoints, await secureServer(health));
}

function attributesIn(machine: Machine, file: string | undefined): Attributes | undefined {
  if (file === undefined) return undefined;
  const text = machine.mounted(dirname(file))[posix.basename(file)];
  if (text === undefined) throw new Error(`open ${file}: no such file or directory`);
  const { authorization } = parse(text) as { authorization?: { resourceAttributes?: Readonly<Record<string, string>> } };
  const { apiGroup = '', ...resource } = authorization?.resourceAttributes ?? {};
  return authorization?.resourceAttributes && { resourceAttributes: { group: apiGroup, verb: 'get', ...resource } };
}

function forwardTo({ network, ip }: Machine, port: number, request: IncomingMessage, response: ServerResponse): void {
  const socket = network.connectInside(ip, port);
  if (!socket) {
    response.writeHead(502).end();
    return;
  }
  const { host: _, authorization: __, ...headers } = request.headers;
  const onward = requestPlainly(
    { path: request.url, method: request.method, headers, createConnection: () => socket },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}
