import type { KubernetesObject } from '../kube/object.ts';
import { atLeast, type Version } from '../version.ts';
import type { ExporterOptions } from './options.ts';

/** How binding a family's name, type and labels are, as the exporter's documentation gives it. */
type Stability = 'ALPHA' | 'BETA' | 'STABLE' | 'DEPRECATED';

/** What the exporter itself calls the family; its text format writes `info` and `stateset` as `gauge` from 2.12 on. */
export type DeclaredType = 'gauge' | 'counter' | 'info' | 'stateset';

/** One sample that an object must have: the labels beyond the table's own, and the value. */
export interface Expected {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a row may look at besides the object. */
export interface Context {
  readonly exporter: Version;
  readonly options: ExporterOptions;
  /** Whether the exporter is this release or newer: `since('2.8')`. */
  since(release: string): boolean;
}

/** One family of a resource, and the samples that an object has in it. */
export interface FamilyRow<O extends KubernetesObject = KubernetesObject> {
  readonly name: string;
  readonly type: DeclaredType;
  readonly stability: Stability;
  /** The first release that has it; left out when 2.5 or an earlier one had it. */
  readonly since?: string;
  /** The first release that no longer has it. */
  readonly until?: string;
  /** Only there when `--metric-opt-in-list` names it. */
  readonly optIn?: boolean;
  samples(object: O, context: Context): readonly Expected[];
}

/** Which API the exporter lists and watches for a resource: `apps/v1`, `deployments`. */
export interface Reads {
  readonly apiVersion: string;
  readonly kind: string;
}

/** All that the exporter says of one resource. */
export interface ResourceTable<O extends KubernetesObject = KubernetesObject> {
  /** As `--resources` names it: `deployments`. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** Whether it is read without `--resources`. */
  isDefault(exporter: Version): boolean;
  /** The first release that knows the resource; left out when 2.5 or an earlier one did. */
  readonly since?: string;
  reads(exporter: Version): Reads;
  /** Where a release lists another namespace than `--namespaces` tells it to: that namespace, or '' for all. */
  listsNamespace?(exporter: Version): string | undefined;
  /** The labels that every sample of the object begins with: `{namespace, deployment}`. */
  labels(object: O, context: Context): Readonly<Record<string, string>>;
  readonly families: readonly FamilyRow<O>[];
}

type RowOptions = Pick<FamilyRow, 'stability' | 'since' | 'until' | 'optIn'>;
type RowSamples<O extends KubernetesObject> = FamilyRow<O>['samples'];

/** A row of a gauge: `gauge('kube_pod_created', { stability: 'STABLE' }, (pod) => value(unixTime(pod.metadata.creationTimestamp)))`. */
export function gauge<O extends KubernetesObject>(name: string, options: RowOptions, samples: RowSamples<O>): FamilyRow<O> {
  return { name, type: 'gauge', ...options, samples };
}

export function counter<O extends KubernetesObject>(name: string, options: RowOptions, samples: RowSamples<O>): FamilyRow<O> {
  return { name, type: 'counter', ...options, samples };
}

export function stateSet<O extends KubernetesObject>(name: string, options: RowOptions, samples: RowSamples<O>): FamilyRow<O> {
  return { name, type: 'stateset', ...options, samples };
}

/** One sample without further labels, or none when there is no value. */
export function value(number: number | undefined): readonly Expected[] {
  return number === undefined ? [] : [{ labels: {}, value: number }];
}

/** One sample of value 1 with these labels: how the exporter tells facts that are not numbers. */
export function fact(labels: Expected['labels']): readonly Expected[] {
  return [{ labels, value: 1 }];
}

/** A sample for each possible state, 1 on the one that holds: `oneOf('phase', ['Pending', 'Bound'], volume.status?.phase)`. */
export function oneOf(label: string, states: readonly string[], actual: string | undefined): readonly Expected[] {
  return states.map((state) => ({ labels: { [label]: state }, value: state === actual ? 1 : 0 }));
}

/** What a row sees of a release and its arguments. */
export function contextOf(exporter: Version, options: ExporterOptions): Context {
  return { exporter, options, since: (release) => atLeast(exporter, release) };
}
