import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { ExporterOptions } from '../../helpers/catalogue/arguments.ts';
import { customTables } from '../../helpers/catalogue/custom/tables.ts';
import { type ExposedResource, exposedResources } from '../../helpers/catalogue/exposed.ts';
import { goTypeOf } from '../../helpers/exporter/telemetry.ts';
import type { KubeClient, Query } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { groupPath } from '../../helpers/kube/reference.ts';
import type { Version } from '../../helpers/version.ts';
import type { Clock } from '../clock.ts';
import type { ResourceCache } from './cache.ts';
import type { Telemetry } from './handlers.ts';

interface ListBody {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: readonly KubernetesObject[];
  readonly message?: string;
}

interface WatchEvent {
  readonly type: string;
  readonly object: KubernetesObject;
}

/** Where a reflector puts the objects that it reads. */
export type Sink = Pick<ResourceCache, 'exposed' | 'replace' | 'put' | 'remove'>;

export interface ReflectorOptions {
  readonly client: KubeClient;
  readonly cache: Sink;
  readonly reads: { readonly apiVersion: string; readonly kind: string; readonly custom?: true };
  /** Undefined for all namespaces. */
  readonly namespace: string | undefined;
  /** Of the only object that is read; undefined for all. */
  readonly name?: string;
  /** Excluded by a field selector. */
  readonly namespacesDenied: ReadonlySet<string> | undefined;
  /** How many objects of a list are kept; undefined for all. */
  readonly limit: number | undefined;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  print(text: string): void;
  /** Resolves when the API server can be reached. */
  reached(): Promise<void>;
  /** Applies a change to the cache, possibly after running scrapes. */
  change(apply: () => void): void;
  /** Called with every object that is read, before it is cached. */
  onRead(object: KubernetesObject): void;
}

/** The delays after a failed list or watch, in simulated seconds: each is twice the last one. Source: client-go, NewReflector. */
const FIRST_DELAY = 0.8;
const LONGEST_DELAY = 30;

/** Lists and watches a resource into its cache until aborted. */
export async function reflect(options: ReflectorOptions): Promise<void> {
  const { signal, clock, print, telemetry, reads } = options;
  let delay = FIRST_DELAY;
  while (!signal.aborted) {
    try {
      await watch(options, await list(options));
      delay = FIRST_DELAY;
    } catch (error) {
      if (signal.aborted) return;
      const goType = goTypeOf(reads);
      telemetry.count('list', goType, 'error');
      print(`E simulated reflector: failed to list ${goType}: ${(error as Error).message}\n`);
      const wait = delay;
      delay = Math.min(2 * delay, LONGEST_DELAY);
      await new Promise<void>((resolve) => {
        clock.after(wait, resolve);
      });
    }
  }
}

async function list(options: ReflectorOptions): Promise<string> {
  const { client, cache, reads, namespace, limit, telemetry, onRead, signal } = options;
  const request = { query: selectorOf(options), signal };
  await options.reached();
  const { status, data } = await client.send<ListBody>('GET', pathOf(cache, reads, namespace), request);
  if (status !== 200) throw new Error(data.message ?? String(status));
  const items = data.items.slice(0, limit);
  for (const object of items) onRead(object);
  cache.replace(items, namespace);
  telemetry.count('list', goTypeOf(reads), 'success');
  if (limit !== undefined) telemetry.limit(goTypeOf(reads), limit);
  return data.metadata.resourceVersion;
}

async function watch(options: ReflectorOptions, resourceVersion: string): Promise<void> {
  const { client, cache, reads, namespace, telemetry, onRead, change, signal } = options;
  const query = { ...selectorOf(options), watch: true, resourceVersion };
  const request = { query, responseType: 'stream', timeout: 0, signal } as const;
  const { status, data } = await client.send<Readable>('GET', pathOf(cache, reads, namespace), request);
  telemetry.count('watch', goTypeOf(reads), status === 200 ? 'success' : 'error');
  if (status !== 200) throw new Error(`watch: ${status}`);
  // An error also ends the loop below.
  data.on('error', () => undefined);
  for await (const line of createInterface({ input: data })) {
    await options.reached();
    const { type, object } = JSON.parse(line) as WatchEvent;
    if (type === 'DELETED') change(() => cache.remove(object));
    else if (type === 'ERROR') return;
    else {
      onRead(object);
      change(() => cache.put(object));
    }
  }
}

function selectorOf({ cache, name, namespacesDenied = new Set() }: ReflectorOptions): Query {
  if (name !== undefined) return { fieldSelector: `metadata.name=${name}` };
  if (namespacesDenied.size === 0 || !cache.exposed.table.namespaced) return {};
  return { fieldSelector: [...namespacesDenied].map((name) => `metadata.namespace!=${name}`).join(',') };
}

function pathOf({ exposed }: Sink, { apiVersion }: { apiVersion: string }, namespace: string | undefined): string {
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
  // The name of a custom resource has its group and version.
  const [resource = ''] = exposed.table.resource.split('.');
  return `${groupPath(apiVersion)}${within}/${resource}`;
}

/** What the reflectors of custom resources have in common with others, and what they depend on. */
export interface CustomResourceOptions extends Omit<ReflectorOptions, 'cache' | 'reads' | 'namespace'> {
  readonly options: ExporterOptions;
  readonly version: Version;
  cacheOf(exposed: ExposedResource): ResourceCache;
}

/** How often the definitions are listed, in simulated seconds; the real exporter watches them. */
const DEFINITIONS = 0.5;

/**
 * Follows the CustomResourceDefinitions, and reflects each configured custom resource while it is served.
 * @returns the caches at the moment
 */
export function reflectCustomResources(common: CustomResourceOptions): () => readonly ResourceCache[] {
  const { client, options, version, clock, signal, print } = common;
  const running = new Map<string, { readonly cache: ResourceCache; readonly end: AbortController }>();
  const { resources: _, ...ofCustomResources } = options;
  const follow = async () => {
    await common.reached();
    const { status, data } = await client.send<ListBody>('GET', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      signal,
    });
    if (status !== 200) throw new Error(data.message ?? String(status));
    const definitions = data.items.map((item) => ({
      ...item,
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
    }));
    const served =
      definitions.length === 0 ? [] : exposedResources(customTables(options, definitions), version, ofCustomResources);
    const names = new Set(served.map(({ table }) => table.resource));
    for (const [name, { end }] of running) {
      if (names.has(name)) continue;
      end.abort();
      running.delete(name);
    }
    for (const exposed of served.filter(({ table }) => !running.has(table.resource))) {
      const end = new AbortController();
      const cache = common.cacheOf(exposed);
      running.set(exposed.table.resource, { cache, end });
      const reads = { ...exposed.table.reads(version), custom: true as const };
      for (const namespace of options.namespaces ?? [undefined]) {
        void reflect({ ...common, cache, reads, namespace, signal: AbortSignal.any([signal, end.signal]) });
      }
    }
  };
  const again = () => {
    if (signal.aborted) return;
    const failed = (error: unknown) => {
      if (!signal.aborted)
        print(`E simulated reflector: failed to list *v1.CustomResourceDefinition: ${(error as Error).message}\n`);
      clock.after(FIRST_DELAY, again);
    };
    follow().then(() => clock.after(DEFINITIONS, again), failed);
  };
  again();
  return () => [...running.values()].map(({ cache }) => cache);
}
