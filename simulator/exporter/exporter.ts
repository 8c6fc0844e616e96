import { setMaxListeners } from 'node:events';
import { basename, dirname } from 'node:path';
import { isSelected } from '../../helpers/accounting/inventory.ts';
import { knownIssuesOfObjects } from '../../helpers/accounting/known-issues.ts';
import { ownPodOf, parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { type ExposedResource, exposedResources, unknownResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { statefulSets } from '../../helpers/catalogue/resources/workloads.ts';
import type { Shard } from '../../helpers/catalogue/sharding.ts';
import { contextOf, type ResourceTable } from '../../helpers/catalogue/table.ts';
import { InfrastructureError } from '../../helpers/errors.ts';
import { releaseOf } from '../../helpers/exporter/image.ts';
import { withFiles } from '../../helpers/exporter/mounted.ts';
import { argumentsIn, portsOf } from '../../helpers/exporter/ports.ts';
import { listenerOf } from '../../helpers/exporter/secured.ts';
import { withoutShare } from '../../helpers/exporter/shares.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { Connection } from '../../helpers/kube/connection.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { Pod as TargetPod } from '../../helpers/kube/pod.ts';
import type { Service, Container as TargetContainer, Workload } from '../../helpers/kube/workload.ts';
import { atLeast, formatVersion, type Version } from '../../helpers/version.ts';
import type { Clock } from '../clock.ts';
import { endless, type Machine, type Process, type Program } from '../node/process.ts';
import { ResourceCache } from './cache.ts';
import { metricsHandler, pathOf, ScrapeLock, Telemetry, telemetryHandler } from './handlers.ts';
import { type ReflectorOptions, reflect, reflectCustomResources } from './reflector.ts';
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
  const { container, ip, network, pod, print } = machine;
  const targetContainer = container as TargetContainer;
  const args = withFiles(argumentsIn(targetContainer, pod as TargetPod), (path) => {
    const text = machine.mounted(dirname(path))[basename(path)];
    if (text === undefined) throw new Error(`open ${path}: no such file or directory`);
    return text;
  });
  const version = releaseOf(targetContainer.image, undefined);
  const ownPod = ownPodOf(args);
  const options = parseExporterArguments(ownPod ? withoutShare(args) : args);
  const [unknown] = unknownResources(tables, version, options);
  if (unknown !== undefined) throw new Error(`resource ${unknown} does not exist`);
  const client = await ownClient(machine, connection);
  let shard = ownPod ? undefined : (options.shard ?? whole);
  const telemetry = new Telemetry(formatVersion(version), () => shard);
  const context = contextOf(version, options);
  const isInShare = (object: KubernetesObject) =>
    shard !== undefined && isSelected(object, shard.total === 1 ? options : { ...options, shard });
  const cacheOf = (exposed: ExposedResource) =>
    new ResourceCache(exposed, context, isInShare, copiesOf(exposed.table, version, options.namespaces));
  const caches = exposedResources(tables, version, options).map(cacheOf);

  const lock = atLeast(version, '2.14') ? undefined : new ScrapeLock();
  const change = (apply: () => void) => (lock ? lock.change(apply) : apply());
  const crashes = knownIssuesOfObjects({ exporter: formatVersion(version), kubernetes: undefined, options }).filter(
    ({ objects }) => objects.effect.startsWith('crash'),
  );
  const onReadOf = (kind: string) => (object: KubernetesObject) => {
    const issue = crashes.find(({ objects }) => objects.kind === kind && objects.isMetBy(object));
    if (issue === undefined) return;
    print(`panic: runtime error (simulated, known issue ${issue.id})\n`);
    crash(2);
  };
  print(`I simulated exporter ${formatVersion(version)} reads ${caches.length} resources\n`);
  const { namespacesDenylist: namespacesDenied, objectLimit: limit } = options;
  const reached = () => network.reached(ip);
  const shared = { client, namespacesDenied, limit, telemetry, clock, signal, print, change, reached };
  let customCaches: () => readonly ResourceCache[] = () => [];
  const readEverything = () => {
    if (options.customResources)
      customCaches = reflectCustomResources({ ...shared, options, version, cacheOf, onRead: () => undefined });
    for (const cache of caches) {
      const { table } = cache.exposed;
      for (const namespace of namespacesOf(table, version, options.namespaces)) {
        const reads = table.reads(version);
        void reflect({ ...shared, cache, reads, namespace, onRead: onReadOf(reads.kind) });
      }
    }
  };
  if (ownPod) {
    await followStatefulSet(ownPod, shared, (found) => {
      if (shard === undefined) readEverything();
      shard = found;
    });
  } else readEverything();

  const responses = {
    version,
    arguments: args,
    metrics: (format: 'text' | 'openmetrics') => {
      telemetry.request();
      const end = format === 'openmetrics' ? '# EOF\n' : '';
      if (shard === undefined) return end;
      const custom = withoutRepeatedHeaders(
        customCaches()
          .map((cache) => cache.text(format))
          .join(''),
      );
      return caches.map((cache) => cache.text(format)).join('') + custom + end;
    },
    lock,
    telemetry: () => telemetry.text(),
    // Whatever fails on the way, the real exporter answers 503.
    isApiServerLive: async () => {
      await network.reached(ip);
      return isLive(client);
    },
  };
  const configured = { ...targetContainer, command: [], args };
  const ports = portsOf(configured, noService);
  for (const [{ number }, handler] of [
    [ports.metrics, metricsHandler(responses)],
    [ports.telemetry, telemetryHandler(responses)],
  ] as const) {
    const { onLoopback, token } = listenerOf([configured], number);
    const guard = guarded(client, pathAttributes, handler, 500);
    const serve: typeof handler = (request, response) =>
      (token && pathOf(request) === '/metrics' ? guard : handler)(request, response);
    await network.listen(ip, number, await exporterServer(machine, configured, number, serve), onLoopback);
  }
}

/** Two custom resources may have one metric name. */
function withoutRepeatedHeaders(text: string): string {
  const seen = new Set<string>();
  const isRepeated = (line: string) => {
    if (!line.startsWith('#')) return false;
    const repeated = seen.has(line);
    seen.add(line);
    return repeated;
  };
  return text
    .split('\n')
    .filter((line) => !isRepeated(line))
    .join('\n');
}

const whole: Shard = { ordinal: 0, total: 1 };

/**
 * Finds the StatefulSet of a pod, and follows the replicas of it with a list and a watch by its name. Until that list is answered, the exporter
 * has no shard and exposes nothing. Source: kube-state-metrics, pkg/metricshandler.
 * @throws an Error when the pod or its StatefulSet cannot be read
 */
async function followStatefulSet(
  { name, namespace }: { readonly name: string; readonly namespace: string },
  shared: Omit<ReflectorOptions, 'cache' | 'reads' | 'namespace' | 'onRead'>,
  onShard: (shard: Shard) => void,
): Promise<void> {
  const { client } = shared;
  const { metadata } = await client.call<KubernetesObject>('GET', `/api/v1/namespaces/${namespace}/pods/${name}`);
  const owner = metadata.ownerReferences?.find(({ kind }) => kind === 'StatefulSet');
  if (!owner) throw new Error(`detect StatefulSet: the pod ${name} has none`);
  await client.call('GET', `/apis/apps/v1/namespaces/${namespace}/statefulsets/${owner.name}`);
  const ordinal = Number(name.slice(owner.name.length + 1));
  const put = (object: KubernetesObject) => onShard({ ordinal, total: (object as Workload).spec.replicas ?? 1 });
  const reads = { apiVersion: 'apps/v1', kind: 'StatefulSet' };
  const cache = {
    exposed: { table: statefulSets, rows: [] },
    put,
    replace: (objects: readonly KubernetesObject[]) => objects.forEach(put),
    remove: () => undefined,
  };
  // The exporter counts neither these lists nor their objects.
  const uncounted = { telemetry: new Telemetry('', () => undefined), limit: undefined, namespacesDenied: undefined };
  void reflect({ ...shared, ...uncounted, cache, reads, namespace, name: owner.name, onRead: () => undefined });
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

/** How often a resource that ignores --namespaces is exposed: before 2.20 once for each of them. */
function copiesOf(
  { namespaced, listsNamespace }: ResourceTable,
  version: Version,
  configured: ReadonlySet<string> | undefined,
): number {
  const ignoresNamespaces = !namespaced || listsNamespace?.(version) !== undefined;
  return ignoresNamespaces && !atLeast(version, '2.20') ? (configured?.size ?? 1) : 1;
}

/** Whether the API server answers; one that is gone, with its cluster perhaps, does not. */
async function isLive(client: KubeClient): Promise<boolean> {
  try {
    return (await client.send('GET', '/livez')).status === 200;
  } catch (error) {
    if (error instanceof InfrastructureError) return false;
    throw error;
  }
}
