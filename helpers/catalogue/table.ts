import type { KubernetesObject } from '../kube/object.ts';
import { atLeast, type Version } from '../version.ts';
import type { ExporterOptions } from './arguments.ts';

/** The stability of a family's name, type and labels, from the exporter's documentation. */
type Stability = 'ALPHA' | 'BETA' | 'STABLE' | 'DEPRECATED';

/** The type in the exporter's source. From 2.17 on its text format writes `info` and `stateset` as `gauge`. */
export type DeclaredType = 'gauge' | 'counter' | 'info' | 'stateset';

/** An expected sample of an object: its labels except those of `ResourceTable.labels`, and its value. */
export interface Expected {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The exporter that samples are expected of. */
export interface Context {
  readonly exporter: Version;
  readonly options: ExporterOptions;
  /** Whether the exporter is this release or newer: `since('2.8')`. */
  since(release: string): boolean;
}

/** A metric family of a resource, and the samples that an object has in it. */
export interface FamilyRow<O extends KubernetesObject = KubernetesObject> {
  readonly name: string;
  readonly type: DeclaredType;
  readonly stability: Stability;
  /** The first release with the family; undefined for 2.5 and earlier. */
  readonly since?: string;
  /** The first release without the family. */
  readonly until?: string;
  /** Exposed only if it matches `--metric-opt-in-list`. */
  readonly optIn?: boolean;
  samples(object: O, context: Context): readonly Expected[];
}

/** The API that the exporter lists and watches for a resource: `apps/v1`, `Deployment`. */
export interface Reads {
  readonly apiVersion: string;
  readonly kind: string;
}

/** All families of one resource. */
export interface ResourceTable<O extends KubernetesObject = KubernetesObject> {
  /** Its name in `--resources`: `deployments`. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Whether it is exposed without `--resources`. */
  isDefault(exporter: Version): boolean;
  /** The first release with the resource; undefined for 2.5 and earlier. */
  readonly since?: string;
  reads(exporter: Version): Reads;
  /** The namespace that a release lists instead of those in `--namespaces`, '' for all; undefined if it lists those. */
  listsNamespace?(exporter: Version): string | undefined;
  /** The labels of every sample of the object: `{namespace, deployment}`. */
  labels(object: O, context: Context): Readonly<Record<string, string>>;
  readonly families: readonly FamilyRow<O>[];
}

export type RowOptions = Pick<FamilyRow, 'stability' | 'since' | 'until' | 'optIn'>;
type RowSamples<O extends KubernetesObject> = FamilyRow<O>['samples'];

/** A gauge's row: `gauge('kube_pod_created', { stability: 'STABLE' }, (pod) => value(unixTime(pod.metadata.creationTimestamp)))`. */
export function gauge<O extends KubernetesObject>(name: string, options: RowOptions, samples: RowSamples<O>): FamilyRow<O> {
  return { name, type: 'gauge', ...options, samples };
}

export function counter<O extends KubernetesObject>(name: string, options: RowOptions, samples: RowSamples<O>): FamilyRow<O> {
  return { name, type: 'counter', ...options, samples };
}

export function stateSet<O extends KubernetesObject>(name: string, options: RowOptions, samples: RowSamples<O>): FamilyRow<O> {
  return { name, type: 'stateset', ...options, samples };
}

/** One sample without further labels; none if the number is undefined. */
export function value(number: number | undefined): readonly Expected[] {
  return number === undefined ? [] : [{ labels: {}, value: number }];
}

/** One sample of value 1 with these labels, as of an info metric. */
export function fact(labels: Expected['labels']): readonly Expected[] {
  return [{ labels, value: 1 }];
}

/** A sample per state, 1 for the actual one and 0 for the others: `oneOf('phase', ['Pending', 'Bound'], volume.status?.phase)`. */
export function oneOf(label: string, states: readonly string[], actual: string | undefined): readonly Expected[] {
  return states.map((state) => ({ labels: { [label]: state }, value: state === actual ? 1 : 0 }));
}

/**
 * The three samples of a condition, 1 for its status and 0 for the others: `conditionSamples('True', { condition: 'Ready' }, 'status')`.
 * @param label the name of the label with the status, `condition` or `status`
 */
export function conditionSamples(status: string | undefined, labels: Expected['labels'], label: string): readonly Expected[] {
  return ['True', 'False', 'Unknown'].map((possible) => ({
    labels: { ...labels, [label]: possible.toLowerCase() },
    value: possible === status ? 1 : 0,
  }));
}

export function contextOf(exporter: Version, options: ExporterOptions): Context {
  return { exporter, options, since: (release) => atLeast(exporter, release) };
}
