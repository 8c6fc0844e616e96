import { KubeClient, type Request } from '../client.ts';
import type { HttpResponse } from '../exchange.ts';
import type { KubernetesObject, OwnerReference } from '../object.ts';
import { formatReference, groupPath, type Reference, type ResourceMapper } from '../reference.ts';
import type { OwnedObjects } from './ownership.ts';
import { isProtected } from './ownership.ts';

/** Kinds that the API server evaluates and never stores. */
const reviews = /^\/apis\/(authorization|authentication)\.k8s\.io\//;

/** Subresources of a namespace, which look like a resource in it. */
const namespaceSubresources: readonly string[] = ['status', 'finalize'];

/** A write to an object that the run did not create was not sent. */
class NotOwned extends Error {
  override readonly name = 'NotOwned';
  constructor(method: string, path: string, reason: string) {
    super(`${method} ${path} is not sent: ${reason}. On an existing cluster, a run changes only what it created.`);
  }
}

/** The object of a request's path. */
interface Named {
  readonly reference: Reference;
  readonly path: string;
}

/**
 * The client of a run on an existing cluster: it sends a write only to an object that the run created, by its uid or its namespace, or
 * that controllers created for such an object. Objects are created through OwnedObjects; dry runs and access reviews are sent.
 */
export class GuardedClient extends KubeClient {
  constructor(
    client: KubeClient,
    private readonly owned: OwnedObjects,
    mapper = client.mapper,
    settings = client.settings,
  ) {
    super(client.connection, mapper, settings);
  }

  override withMapper(mapper: ResourceMapper): KubeClient {
    return new GuardedClient(this, this.owned, mapper);
  }

  override withSignal(signal: AbortSignal): KubeClient {
    return new GuardedClient(this, this.owned, this.mapper, { ...this.settings, signal });
  }

  override async send<T = unknown>(method: string, path: string, request: Request = {}): Promise<HttpResponse<T>> {
    const isRead = ['GET', 'HEAD', 'OPTIONS'].includes(method);
    if (!isRead && request.query?.dryRun !== 'All' && !reviews.test(path)) await this.#requireOwn(method, path, request);
    return super.send<T>(method, path, request);
  }

  async #requireOwn(method: string, path: string, { body }: Request): Promise<void> {
    const named = this.#named(path);
    if (named === undefined) throw new NotOwned(method, path, 'its path is not that of a single object of a served kind');
    const { reference } = named;
    const name = formatReference(reference);
    if (isProtected(reference)) throw new NotOwned(method, path, `${name} is the cluster's own`);
    if (this.owned.ownsNamespace(reference.namespace ?? '')) return;
    const uid = (body as { preconditions?: { uid?: string } } | undefined)?.preconditions?.uid;
    if (method === 'DELETE' && this.owned.ownsUid(uid)) return;
    const { status, data } = await super.send<KubernetesObject>('GET', named.path);
    const isOwn = status < 300 && (await this.#isOwn(data, reference.namespace));
    if (status !== 404 && !isOwn) throw new NotOwned(method, path, `the run did not create ${name}`);
  }

  /** Whether the run created the object, its owner, or an owner's owner. */
  async #isOwn({ metadata: { uid, ownerReferences = [] } }: KubernetesObject, namespace: string | undefined): Promise<boolean> {
    if (this.owned.ownsUid(uid)) return true;
    for (const owner of ownerReferences) {
      const found = await this.#ownerOf(owner, namespace);
      if (found !== undefined && (await this.#isOwn(found, namespace))) return true;
    }
    return false;
  }

  async #ownerOf({ apiVersion, kind, name, uid }: OwnerReference, namespace: string | undefined) {
    if (!this.mapper.serves(apiVersion, kind)) return undefined;
    const { namespaced } = this.mapper.resource(apiVersion, kind);
    const place = namespaced && namespace !== undefined ? { namespace } : {};
    const { status, data } = await super.send<KubernetesObject>('GET', this.mapper.path({ apiVersion, kind, name, ...place }));
    return status < 300 && data.metadata.uid === uid ? data : undefined;
  }

  /** The object of a path, also of a path to its subresource; undefined for any other path. */
  #named(path: string): Named | undefined {
    const [, version, place = ''] = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
    const parts = place.split('/').map(decodeURIComponent);
    const isWithin = parts[0] === 'namespaces' && parts.length > 2 && !namespaceSubresources.includes(parts[2] ?? '');
    const [plural, name] = isWithin ? parts.slice(2) : parts;
    const namespace = isWithin ? parts[1] : undefined;
    if (version === undefined || name === undefined) return undefined;
    const resource = this.mapper.resources.find(
      (served) => served.subresource === undefined && served.name === plural && groupPath(served.apiVersion) === version,
    );
    if (resource === undefined) return undefined;
    const { apiVersion, kind } = resource;
    const reference = { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
    return { reference, path: this.mapper.path(reference) };
  }
}
