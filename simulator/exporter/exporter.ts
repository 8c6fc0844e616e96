import { setMaxListeners } from 'node:events';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources, unknownResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf, type ResourceTable } from '../../helpers/catalogue/table.ts';
import { releaseOf } from '../../helpers/exporter/image.ts';
import { argumentsOf, portsOf } from '../../helpers/exporter/ports.ts';
import { listenerOf } from '../../helpers/exporter/secured.ts';
import type { Connection } from '../../helpers/kube/connection.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { Service, Container as TargetContainer } from '../../helpers/kube/workload.ts';
import { atLeast, formatVersion, type Version } from '../../helpers/version.ts';
import type { Clock } from '../clock.ts';
import { endless, type Machine, type Process, type Program } from '../node/process.ts';
import { metricsHandler, pathOf, ScrapeLock, Telemetry, telemetryHandler } from './handlers.ts';
import { ResourceCache, reflect } from './reflector.ts';
import { exporterServer, guarded, ownClient, pathAttributes } from './secured.ts';

interface ExporterEnvironment {
  readonly clock: Clock;
  /** The connection to the API server; the pod's own token replaces its credentials. */
  connection(): Promise<Connection>;
}

/** Services do not affect where the exporter listens. */
const noService = { spec: {} } as Service;

/** A stand-in for the exporter: exposes what the catalogue predicts for the objects that it watches. */
export function exporterProgram(environment: ExporterEnvironment): Program {
  return {
    start: (machine) => start(machine, environment),
    run: () => Promise.resolve({ code: 127, stdout: '', stderr: 'there is no shell in this image\n' }),
  };
}

function start(machine: Machine, environment: ExporterEnvironment): Process {
  const end = new AbortController();
  // Every watch adds a listener.
  setMaxListeners(0, end.signal);
  const running = endless(() => end.abort(), 0);
  const crashed = new Promise<number>((crash) => {
    serve(machine, environment, end.signal, crash).catch((error: Error) => {
      machine.print(`E simulated exporter: ${error.message}\n`);
      crash(1);
    });
  });
  crashed.then(() => {
    end.abort();
    machine.network.closeAll(machine.ip);
  });
  return { ended: Promise.race([running.ended, crashed]), stop: running.stop };
}

async function serve(
  machine: Machine,
  { clock, connection }: ExporterEnvironment,
  signal: AbortSignal,
  crash: (code: number) => void,
): Promise<void> {
  const { container, ip, network, print } = machine;
  const targetContainer = container as TargetContainer;
  const args = argumentsOf(targetContainer);
  const version = releaseOf(targetContainer.image, undefined);
  const options = parseExporterArguments(args);
  const [unknown] = unknownResources(tables, version, options);
  if (unknown !== undefined) throw new Error(`resource ${unknown} does not exist`);
  const client = await ownClient(machine, connection);
  const telemetry = new Telemetry(formatVersion(version));
  const context = contextOf(version, options);
  const caches = exposedResources(tables, version, options).map((exposed) => new ResourceCache(exposed, context));

  const lock = atLeast(version, '2.14') ? undefined : new ScrapeLock();
  const change = (apply: () => void) => (lock ? lock.change(apply) : apply());
  const onRead = (object: KubernetesObject) => {
    if (atLeast(version, '2.7') || !hasResourceBackend(object)) return;
    print(
      'panic: runtime error: invalid memory address or nil pointer dereference (simulated, an Ingress with a resource backend)\n',
    );
    crash(2);
  };
  print(`I simulated exporter ${formatVersion(version)} reads ${caches.length} resources\n`);
  for (const cache of caches) {
    const { table } = cache.exposed;
    for (const namespace of namespacesOf(table, version, options.namespaces)) {
      const reads = table.reads(version);
      const { namespacesDenylist: namespacesDenied } = options;
      void reflect({ client, cache, reads, namespace, namespacesDenied, telemetry, clock, signal, print, onRead, change });
    }
  }

  const responses = {
    version,
    arguments: args,
    metrics: (format: 'text' | 'openmetrics') => {
      telemetry.request();
      return caches.map((cache) => cache.text(format)).join('') + (format === 'openmetrics' ? '# EOF\n' : '');
    },
    lock,
    telemetry: () => telemetry.text(),
    isApiServerLive: async () => (await client.send('GET', '/livez')).status === 200,
  };
  const ports = portsOf(targetContainer, noService);
  for (const [{ number }, handler] of [
    [ports.metrics, metricsHandler(responses)],
    [ports.telemetry, telemetryHandler(responses)],
  ] as const) {
    const { onLoopback, token } = listenerOf([targetContainer], number);
    const guard = guarded(client, pathAttributes, handler, 500);
    const serve: typeof handler = (request, response) =>
      (token && pathOf(request) === '/metrics' ? guard : handler)(request, response);
    await network.listen(ip, number, await exporterServer(machine, number, serve), onLoopback);
  }
}

/** The namespaces in which a resource is listed, undefined for all; some releases ignore --namespaces for some resources. */
function namespacesOf(
  { namespaced, listsNamespace }: ResourceTable,
  version: Version,
  configured: ReadonlySet<string> | undefined,
): Iterable<string | undefined> {
  const fixed = namespaced ? listsNamespace?.(version) : '';
  if (fixed !== undefined) return [fixed === '' ? undefined : fixed];
  return configured ?? [undefined];
}

function hasResourceBackend({ spec }: KubernetesObject & { spec?: unknown }): boolean {
  return spec !== undefined && JSON.stringify(spec).includes('"backend":{"resource"');
}
