import { InfrastructureError } from '../../errors.ts';
import { seconds } from '../../wait.ts';
import { ApiError } from '../api-error.ts';
import type { KubernetesObject } from '../object.ts';
import { formatReference, NotServed, type Reference, type ResourceMapper, referenceOf } from '../reference.ts';

/** How long the removal may make no progress before it ends, in milliseconds. */
export interface StallLimits {
  /** After a refusal, which is likely to persist. */
  readonly refused: number;
  /** While the API server fails or does not respond, which may be transient. */
  readonly failing: number;
}

const defaultStallLimits: StallLimits = { refused: seconds(5), failing: seconds(20) };

type State = keyof StallLimits | 'deleting';

interface Leftover {
  readonly state: State;
  readonly line: string;
}

/** The objects that are not removed yet, as of the last attempt. */
export class Leftovers {
  readonly #mapper: ResourceMapper;
  readonly #stallLimits: Readonly<Record<State, number>>;
  #left = new Map<string, Leftover>();
  #before = '';
  #changedAt = performance.now();

  constructor(mapper: ResourceMapper, stallLimits = defaultStallLimits) {
    this.#mapper = mapper;
    this.#stallLimits = { ...stallLimits, deleting: Number.POSITIVE_INFINITY };
  }

  /** Starts a new attempt with an empty list. */
  nextRound(): void {
    const now = [...this.#left.keys()].sort().join(' ');
    if (now !== this.#before) this.#changedAt = performance.now();
    this.#before = now;
    this.#left = new Map();
  }

  get isEmpty(): boolean {
    return this.#left.size === 0;
  }

  /** Adds an object that is being deleted and still exists, until its finalizers and controllers are done. */
  deleting(object: KubernetesObject, note = ''): void {
    this.#add(referenceOf(object), 'deleting', `it is being deleted and still exists${note}`);
  }

  /** Adds an object whose request failed. */
  failed(reference: Reference, failure: Error): void {
    const isRefusal = failure instanceof ApiError && failure.status < 500 && failure.status !== 429;
    this.#add(reference, isRefusal ? 'refused' : 'failing', failure.message);
  }

  /** Adds a kind of dependents that could not be listed. */
  unlisted({ kind, apiVersion, namespace }: Omit<Reference, 'name'>, failure: Error): void {
    const line = `${kind}s in ${namespace} that controllers created for the run's objects could not be listed: ${failure.message}. List them with: kubectl get ${this.#resource(apiVersion, kind)} -n ${namespace}`;
    this.#left.set(`${kind} ${namespace}`, { state: 'failing', line });
  }

  /** @returns the leftovers once there was no progress for too long; undefined before */
  hopeless(): string | undefined {
    const states = [...this.#left.values()].map(({ state }) => state);
    const longest = Math.max(0, ...states.map((state) => this.#stallLimits[state]));
    return states.length > 0 && performance.now() - this.#changedAt > longest ? this.lines().join('; ') : undefined;
  }

  /** One line for each object: its name, the reason, and the command that removes it. */
  lines(): readonly string[] {
    return [...this.#left.values()].map(({ line }) => line);
  }

  #add(reference: Reference, state: State, reason: string): void {
    const line = `${formatReference(reference)}: ${reason.replace(/\.$/, '')}. Remove it with: ${this.command(reference)}`;
    this.#left.set(formatReference(reference), { state, line });
  }

  /** `kubectl delete deployments.apps NAME -n NAMESPACE` */
  command({ apiVersion, kind, name, namespace }: Reference): string {
    return `kubectl delete ${this.#resource(apiVersion, kind)} ${name}${namespace === undefined ? '' : ` -n ${namespace}`}`;
  }

  #resource(apiVersion: string, kind: string): string {
    if (!this.#mapper.serves(apiVersion, kind)) return kind.toLowerCase();
    const { name, group } = this.#mapper.resource(apiVersion, kind);
    return group === '' ? name : `${name}.${group}`;
  }
}

/**
 * The error with which the API server refused a request or failed; undefined after success. The removal of other objects continues.
 * @throws any other error
 */
export async function failureOf(request: () => Promise<unknown>): Promise<Error | undefined> {
  try {
    await request();
    return undefined;
  } catch (error) {
    if (error instanceof ApiError || error instanceof InfrastructureError || error instanceof NotServed) return error;
    throw error;
  }
}
