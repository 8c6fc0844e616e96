import { seconds } from '../../wait.ts';
import { ApiError } from '../api-error.ts';
import type { KubernetesObject } from '../object.ts';
import { formatReference, type Reference, type ResourceMapper, referenceOf } from '../reference.ts';

/** How long nothing may change before the removal is given up, in milliseconds. */
export interface Patience {
  /** With a refusal, which the next request will meet as well. */
  readonly refused: number;
  /** With an API server that fails or is silent, and may come back. */
  readonly failing: number;
}

const usualPatience: Patience = { refused: seconds(5), failing: seconds(20) };

type State = keyof Patience | 'ending';

interface Leftover {
  readonly state: State;
  readonly line: string;
}

/** What is not yet removed, as the last attempt found it. */
export class Leftovers {
  readonly #mapper: ResourceMapper;
  readonly #patience: Readonly<Record<State, number>>;
  #left = new Map<string, Leftover>();
  #before = '';
  #changedAt = performance.now();

  constructor(mapper: ResourceMapper, patience = usualPatience) {
    this.#mapper = mapper;
    this.#patience = { ...patience, ending: Number.POSITIVE_INFINITY };
  }

  /** Forgets the last attempt; a new one begins. */
  nextRound(): void {
    const now = [...this.#left.keys()].sort().join(' ');
    if (now !== this.#before) this.#changedAt = performance.now();
    this.#before = now;
    this.#left = new Map();
  }

  get isEmpty(): boolean {
    return this.#left.size === 0;
  }

  /** The object is deleted, and is there until its finalizers and its controllers are done. */
  ending(object: KubernetesObject, note = ''): void {
    this.#add(referenceOf(object), 'ending', `it is deleted and has not gone${note}`);
  }

  failed(reference: Reference, failure: Error): void {
    const isRefusal = failure instanceof ApiError && failure.status < 500 && failure.status !== 429;
    this.#add(reference, isRefusal ? 'refused' : 'failing', failure.message);
  }

  /** Objects that controllers made of the run's own could not be looked for. */
  unlisted({ kind, apiVersion, namespace }: Omit<Reference, 'name'>, failure: Error): void {
    const line = `${kind}s in ${namespace} that controllers made of the run's objects: ${failure.message}. See what is there: kubectl get ${this.#resource(apiVersion, kind)} -n ${namespace}`;
    this.#left.set(`${kind} ${namespace}`, { state: 'failing', line });
  }

  /** @returns why it is no use to go on; undefined as long as it may be */
  hopeless(): string | undefined {
    const states = [...this.#left.values()].map(({ state }) => state);
    const longest = Math.max(0, ...states.map((state) => this.#patience[state]));
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
