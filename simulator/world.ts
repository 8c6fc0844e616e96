import type { OwnerReference } from '../helpers/kube/object.ts';
import { admit } from './api/admission.ts';
import { applyDefaults } from './api/defaults.ts';
import { ApiFailure } from './api/failure.ts';
import type { PodSecurityLevel } from './api/pod-security.ts';
import type { Clock } from './clock.ts';
import type { Resource } from './kinds.ts';
import { controllerReference, copy, type Metadata, type Pod, type PodTemplate, type Stored } from './objects.ts';
import type { Store } from './store.ts';

interface Event extends Stored {
  involvedObject: { kind: string; namespace: string; name: string; uid: string };
  reason: string;
  message: string;
  count: number;
}

const FAILED_CREATE = 'FailedCreate';

type Draft<T extends Stored> = Omit<T, 'metadata'> & { metadata: Partial<Metadata> };

/** What controllers work with: the store, the clock, and creation of objects with defaults and admission. */
export class World {
  private readonly resources: ReadonlyMap<string, Resource>;

  constructor(
    readonly store: Store,
    readonly clock: Clock,
    resources: readonly Resource[],
    private readonly podSecurity: PodSecurityLevel,
  ) {
    this.resources = new Map(resources.map((resource) => [resource.key, resource]));
  }

  /** Creates an object with defaults and admission. @returns undefined when the API server would reject it */
  make<T extends Stored>(key: string, draft: Draft<T>): T | undefined {
    const resource = this.resources.get(key);
    const prepared = this.store.prepared<T>(copy(draft) as Draft<T>);
    if (!resource || this.store.find(key, prepared.metadata)) return undefined;
    const namespace = this.store.find('namespaces', { name: prepared.metadata.namespace ?? '' });
    if (resource.namespaced && namespace?.metadata.deletionTimestamp !== undefined) return undefined;
    applyDefaults(prepared);
    admit(this.store, resource, prepared, this.podSecurity);
    return this.store.insert(key, prepared);
  }

  /** Creates a pod from a template; when admission rejects it, records an Event about its owner and returns undefined. */
  makePod(owner: Stored, template: PodTemplate | undefined, more: Partial<Metadata> = {}): Pod | undefined {
    const { labels, annotations } = template?.metadata ?? {};
    const { namespace = '', name } = owner.metadata;
    const ownerReferences: OwnerReference[] = [controllerReference(owner)];
    const generated = more.name === undefined ? { generateName: `${name}-` } : {};
    const metadata = {
      namespace,
      ...generated,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ownerReferences,
      ...more,
    };
    try {
      return this.make<Pod>('pods', { apiVersion: 'v1', kind: 'Pod', metadata, spec: template?.spec as Pod['spec'] });
    } catch (error) {
      if (!(error instanceof ApiFailure && error.reason === 'Forbidden')) throw error;
      this.failedCreate(owner, error.message);
      return undefined;
    }
  }

  /** The message of the last rejected pod of an owner; undefined when none was rejected. */
  refusalOf(owner: Stored): string | undefined {
    return this.failedCreateOf(owner)?.message;
  }

  /** The message contains a new generated name each time, so one Event counts all attempts. */
  private failedCreate(owner: Stored, message: string): void {
    const known = this.failedCreateOf(owner);
    if (!known) this.event(owner, FAILED_CREATE, `Error creating: ${message}`);
    else
      this.store.change<Event>('events', known.metadata, (draft) => {
        draft.count += 1;
      });
  }

  private failedCreateOf({ metadata: { uid, namespace = 'default' } }: Stored): Event | undefined {
    const events = this.store.list<Event>('events', namespace);
    return events.find(({ involvedObject, reason }) => involvedObject.uid === uid && reason === FAILED_CREATE);
  }

  /** Records an Event about an object; a repeated one increments its count. */
  event(object: Stored, reason: string, message: string): void {
    const { namespace = 'default', name, uid } = object.metadata;
    const known = this.store
      .list<Event>('events', namespace)
      .find((event) => event.involvedObject.uid === uid && event.reason === reason && event.message === message);
    if (known) {
      this.store.change<Event>('events', known.metadata, (draft) => {
        draft.count += 1;
      });
      return;
    }
    const involvedObject = { kind: object.kind, namespace, name, uid };
    const metadata = { namespace, generateName: `${name}.` };
    this.make<Event>('events', {
      apiVersion: 'v1',
      kind: 'Event',
      metadata,
      involvedObject,
      reason,
      message,
      type: 'Warning',
      count: 1,
    });
  }

  /** Deletes a pod: with its grace period when it runs on a node, else at once. */
  deletePod({ metadata, spec, status }: Pod, graceSeconds = spec.terminationGracePeriodSeconds ?? 30): void {
    const hasEnded = status?.phase === 'Succeeded' || status?.phase === 'Failed';
    this.store.remove('pods', metadata, spec.nodeName === undefined || hasEnded ? 0 : graceSeconds);
  }
}

/** Moves the actual state closer to the desired state. Reconciles all of its objects, and is called again until nothing changes. */
export interface Controller {
  /** The keys of the resources whose events trigger it. */
  readonly watches: readonly string[];
  /** Whether the deletion of any object triggers it. */
  readonly deletions?: boolean;
  /** Whether it also runs periodically. */
  readonly timed?: boolean;
  reconcile(world: World): void;
}

export function isActive({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

export function isReady({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: holds }) => type === 'Ready' && holds === 'True') ?? false;
}

/** Omits counts of 0, as objects do. */
export function nonzero<T extends Record<string, number>>(counts: T): Partial<T> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)) as Partial<T>;
}

/** An IntOrString: `25%` of a total, or a number unchanged. Source: Kubernetes, IntOrString: a surge is rounded up, all else down. */
export function share(amount: unknown, total: number, round: (value: number) => number): number {
  return typeof amount === 'string' && amount.endsWith('%')
    ? round((Number.parseInt(amount, 10) * total) / 100)
    : Number(amount ?? 0);
}
