import type { Resource } from '../kinds.ts';
import type { Fields, Namespace, Pod, PodSpec, Stored } from '../objects.ts';
import { copy, isSameJson } from '../objects.ts';
import { fieldSelector, labelSelector } from '../selectors.ts';
import type { Store } from '../store.ts';
import { admit, validate } from './admission.ts';
import { applyDefaults } from './defaults.ts';
import { ApiFailure } from './failure.ts';
import { ListPages } from './list-pages.ts';
import { jsonPatch, mergePatch, serverSideApply, strategicPatch } from './merge.ts';
import { enforcePodSecurity, type PodSecurityLevel } from './pod-security.ts';
import { type ApiRequest, mapBody } from './request.ts';
import { unknownFields, withoutFields } from './schema.ts';

/** The immutable fields of a spec. */
const IMMUTABLE: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['selector'],
  ReplicaSet: ['selector'],
  StatefulSet: ['selector', 'serviceName'],
  DaemonSet: ['selector'],
};

interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly preconditions?: { readonly uid?: string };
}

/** Handles the requests for stored objects of all resources. */
export class Objects {
  /** What each field manager applied last, by the object's uid and the manager's name. */
  private readonly lastApplied = new Map<string, Fields>();
  private readonly pages = new ListPages();

  constructor(
    private readonly store: Store,
    private readonly podSecurity: PodSecurityLevel,
  ) {}

  get(request: ApiRequest): Stored {
    const found = this.store.find(request.resource.key, placeOf(request));
    if (!found) throw ApiFailure.notFound(request.resource.name, request.name ?? '');
    return inVersion(found, request.apiVersion);
  }

  list(request: ApiRequest): Fields {
    const { resource, apiVersion, namespace, query } = request;
    const begin = () => ({
      version: this.store.version,
      objects: this.store.list(resource.key, namespace).filter(selection(query)),
    });
    const { version, objects, ...rest } = this.pages.next(query, begin);
    return {
      kind: `${resource.kind}List`,
      apiVersion,
      metadata: { resourceVersion: String(version), ...rest },
      items: objects.map(({ apiVersion: _version, kind: _kind, ...item }) => item),
    };
  }

  async create(request: ApiRequest, sent: unknown): Promise<Stored> {
    const { resource, query } = request;
    const object = (await recognized(request, mapBody(sent))) as Stored;
    if (object.kind !== resource.kind) throw ApiFailure.badRequest(`${object.kind} is not the kind of ${resource.name}`);
    const { namespace = request.namespace, ...metadata } = object.metadata ?? {};
    if (metadata.name === undefined && metadata.generateName === undefined) {
      throw ApiFailure.invalid(resource.kind, '', 'metadata.name: Required value: name or generateName is required');
    }
    const placed = { ...object, metadata: resource.namespaced ? { ...metadata, namespace: namespace ?? 'default' } : metadata };
    if (resource.subresources.includes('status') && resource.key !== 'nodes') delete (placed as Fields).status;
    const prepared = this.store.prepared<Stored>(copy(placed) as Stored);
    if (this.store.find(resource.key, prepared.metadata)) throw ApiFailure.alreadyExists(resource.name, prepared.metadata.name);
    applyDefaults(prepared);
    validate(prepared);
    admit(this.store, resource, prepared, this.podSecurity);
    return inVersion(isDryRun(query) ? prepared : this.store.insert(resource.key, prepared), request.apiVersion);
  }

  async update(request: ApiRequest, sent: unknown): Promise<Stored> {
    const before = this.get(request);
    return this.put(request, before, (await recognized(request, mapBody(sent))) as Stored);
  }

  async patch(request: ApiRequest, contentType: string, sent: unknown): Promise<Stored> {
    if (contentType.startsWith('application/apply-patch')) return this.apply(request, mapBody(sent) as Stored);
    const before = this.get(request);
    const patches = [
      ['application/json-patch', jsonPatch],
      ['application/merge-patch', mergePatch],
      ['application/strategic-merge-patch', strategicPatch],
    ] as const;
    const change = patches.find(([type]) => contentType.startsWith(type))?.[1];
    if (!change)
      throw new ApiFailure(415, 'UnsupportedMediaType', `the body of the request was in an unknown format: ${contentType}`);
    return this.put(request, before, (await recognized(request, mapBody(change(before, sent)))) as Stored);
  }

  /** @param options DeleteOptions of the body, which take precedence over those of the query */
  remove(request: ApiRequest, options: DeleteOptions = {}): Stored {
    const { resource, query } = request;
    const object = this.get(request);
    const { uid } = object.metadata;
    const expected = options.preconditions?.uid;
    if (expected !== undefined && expected !== uid) {
      throw new ApiFailure(409, 'Conflict', `Precondition failed: UID in precondition: ${expected}, UID in object meta: ${uid}`);
    }
    if (isDryRun(query)) return object;
    if (resource.key === 'namespaces') {
      return this.store.change(resource.key, { name: object.metadata.name }, (namespace) => {
        namespace.metadata.deletionTimestamp ??= this.store.timestamp();
        namespace.status = { ...(namespace.status as Fields), phase: 'Terminating' };
      }) as Stored;
    }
    const grace = options.gracePeriodSeconds ?? query.get('gracePeriodSeconds');
    const seconds = resource.key === 'pods' ? graceOf(object as Pod, grace === null ? undefined : Number(grace)) : 0;
    return this.store.remove(resource.key, object.metadata, seconds) as Stored;
  }

  removeAll(request: ApiRequest): Fields {
    const found = this.store.list(request.resource.key, request.namespace).filter(selection(request.query));
    for (const { metadata } of found) this.remove({ ...request, namespace: metadata.namespace, name: metadata.name });
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
  }

  private async apply(request: ApiRequest, sent: Stored): Promise<Stored> {
    const { resource, query } = request;
    const unknown = await unknownFields(resource, sent);
    if (unknown.length > 0) {
      const problem = unknown.map((path) => `.${path}: field not declared in schema`).join(', ');
      // Kubernetes 1.24 returns this as a server error.
      throw new ApiFailure(500, '', `failed to create typed patch object: ${problem}`);
    }
    const before = this.store.find(resource.key, placeOf(request));
    const manager = (uid: string) => `${uid} ${query.get('fieldManager')}`;
    let kept: Stored;
    if (before) {
      const last = this.lastApplied.get(manager(before.metadata.uid));
      const { status: _, ...desired } = sent as Fields;
      kept = this.put(request, before, serverSideApply(before, last, desired) as Stored);
    } else if (sent.metadata.uid) {
      throw new ApiFailure(
        409,
        'Conflict',
        `uid mismatch: the provided object specified uid ${sent.metadata.uid}, and no existing object was found`,
      );
    } else {
      kept = await this.create(request, sent);
    }
    if (!isDryRun(query)) this.lastApplied.set(manager(kept.metadata.uid), sent);
    return kept;
  }

  /** Stores the part of a changed object that the request may change: its subresource, or all but its status. */
  private put({ resource, subresource, query, apiVersion }: ApiRequest, before: Stored, sent: Stored): Stored {
    const version = sent.metadata.resourceVersion;
    if (version && version !== before.metadata.resourceVersion) {
      throw new ApiFailure(409, 'Conflict', `the object has been modified; please apply your changes to the latest version`);
    }
    if (sent.metadata.uid && sent.metadata.uid !== before.metadata.uid) {
      throw ApiFailure.invalid(
        resource.kind,
        before.metadata.name,
        `metadata.uid: Invalid value: "${sent.metadata.uid}": field is immutable`,
      );
    }
    const stored = this.store.find(resource.key, before.metadata);
    if (!stored) throw ApiFailure.notFound(resource.name, before.metadata.name);
    const after = merged(copy(stored), copy(sent), subresource, resource);
    applyDefaults(after);
    validate(after);
    for (const field of IMMUTABLE[resource.kind] ?? []) {
      if (!isSameJson((stored.spec as Fields)[field], (after.spec as Fields)[field])) {
        throw ApiFailure.invalid(resource.kind, after.metadata.name, `spec.${field}: field is immutable`);
      }
    }
    if (!isSameJson(stored.roleRef, after.roleRef)) {
      throw ApiFailure.invalid(resource.kind, after.metadata.name, 'roleRef: cannot change roleRef');
    }
    const namespace = this.store.find<Namespace>('namespaces', { name: after.metadata.namespace ?? '' });
    if (subresource === 'ephemeralcontainers' && namespace) enforcePodSecurity(after as Pod, namespace, this.podSecurity);
    return inVersion(isDryRun(query) ? after : this.store.replace(resource.key, stored, after), apiVersion);
  }
}

function merged(stored: Stored, sent: Stored, subresource: string | undefined, { subresources }: Resource): Stored {
  if (subresource === 'ephemeralcontainers') {
    const { ephemeralContainers } = sent.spec as PodSpec;
    return { ...stored, spec: { ...(stored.spec as PodSpec), ephemeralContainers } };
  }
  if (subresource !== undefined && subresource !== 'finalize') return { ...stored, status: sent.status };
  const { uid, creationTimestamp, generation, name, deletionTimestamp, deletionGracePeriodSeconds } = stored.metadata;
  const metadata = {
    ...sent.metadata,
    uid,
    creationTimestamp,
    name,
    resourceVersion: stored.metadata.resourceVersion,
    ...(generation === undefined ? {} : { generation }),
    ...(stored.metadata.namespace === undefined ? {} : { namespace: stored.metadata.namespace }),
    ...(deletionTimestamp === undefined
      ? {}
      : { deletionTimestamp, deletionGracePeriodSeconds: deletionGracePeriodSeconds ?? 0 }),
  };
  const status = subresources.includes('status') ? stored.status : sent.status;
  return { ...sent, apiVersion: stored.apiVersion, metadata, ...(status === undefined ? {} : { status }) };
}

/** What was sent, without unknown fields. @throws ApiFailure 400 for an unknown field in strict validation */
async function recognized({ resource, query }: ApiRequest, sent: Fields): Promise<Fields> {
  const unknown = await unknownFields(resource, sent);
  if (unknown.length > 0 && query.get('fieldValidation') === 'Strict') {
    throw ApiFailure.badRequest(`strict decoding error: ${unknown.map((path) => `unknown field "${path}"`).join(', ')}`);
  }
  return withoutFields(sent, unknown);
}

/** The grace period of a pod in seconds; 0 when it is not scheduled or has ended. */
function graceOf({ spec, status }: Pod, given: number | undefined): number {
  if (spec.nodeName === undefined || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  return given ?? spec.terminationGracePeriodSeconds ?? 30;
}

/** Whether an object matches the label selector and the field selector of a query. */
export function selection(query: URLSearchParams): (object: Stored) => boolean {
  const byLabel = labelSelector(query.get('labelSelector') ?? '');
  const byField = fieldSelector(query.get('fieldSelector') ?? '');
  return (object) => byLabel(object) && byField(object);
}

export function inVersion<T extends Stored>(object: T, apiVersion: string): T {
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

function placeOf({ resource, namespace, name = '' }: ApiRequest) {
  return resource.namespaced ? { namespace, name } : { name };
}

export function isDryRun(query: URLSearchParams): boolean {
  return query.get('dryRun') === 'All';
}
