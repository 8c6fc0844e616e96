import type { KubernetesObject } from './object.ts';

/** One resource or subresource that the API server serves. */
export interface ApiResource {
  /** `apps/v1` */
  readonly apiVersion: string;
  /** '' for the core group */
  readonly group: string;
  /** `deployments` */
  readonly name: string;
  /** `status` of `deployments/status` */
  readonly subresource?: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** Identifies an object of the API. */
export interface Reference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

type Collection = Omit<Reference, 'name'>;

export function referenceOf({ apiVersion, kind, metadata }: KubernetesObject): Reference {
  const { name, namespace } = metadata;
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, namespace, name };
}

/** The apiVersion, kind and namespace of an object. */
export function collectionOf(object: KubernetesObject): Collection {
  const { name: _, ...collection } = referenceOf(object);
  return collection;
}

/** `Deployment monitoring/mntr-agent-kube-state-metrics` */
export function formatReference({ kind, namespace, name }: Reference): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** The path of a group's version: `/api/v1`, `/apis/apps/v1`. */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The API server does not serve a kind. */
export class NotServed extends Error {
  override readonly name = 'NotServed';
}

/** A version of a group whose aggregated API is down: `metrics.k8s.io/v1beta1`. */
export interface UnavailableApi {
  readonly apiVersion: string;
  /** A clause without a full stop. */
  readonly reason: string;
}

/** Maps kinds to the paths of the resources that the API server serves. */
export class ResourceMapper {
  private readonly byKind: ReadonlyMap<string, ApiResource>;

  /** @param unavailable the APIs whose resources are not among `resources`, as they are down */
  constructor(
    readonly resources: readonly ApiResource[],
    readonly unavailable: readonly UnavailableApi[] = [],
  ) {
    const whole = resources.filter(({ subresource }) => subresource === undefined);
    this.byKind = new Map(whole.map((resource) => [`${resource.apiVersion} ${resource.kind}`, resource]));
  }

  serves(apiVersion: string, kind: string): boolean {
    return this.byKind.has(`${apiVersion} ${kind}`);
  }

  /** The version in which the API server serves a kind of a group, the preferred one of several; undefined if it does not. */
  versionOf(group: string, kind: string): string | undefined {
    return this.resources.find(
      (resource) => resource.subresource === undefined && resource.group === group && resource.kind === kind,
    )?.apiVersion;
  }

  /** @throws NotServed when the API server does not serve the kind */
  resource(apiVersion: string, kind: string): ApiResource {
    const resource = this.byKind.get(`${apiVersion} ${kind}`);
    if (!resource) throw new NotServed(`The API server does not serve ${kind} of ${apiVersion}.`);
    return resource;
  }

  /** The path of the objects of a kind, in one namespace or in all. */
  collection({ apiVersion, kind, namespace }: Collection): string {
    const { name, namespaced } = this.resource(apiVersion, kind);
    const within = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    return `${groupPath(apiVersion)}${within}/${name}`;
  }

  path(reference: Reference): string {
    return `${this.collection(reference)}/${encodeURIComponent(reference.name)}`;
  }
}
