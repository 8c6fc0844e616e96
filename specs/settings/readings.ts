import { objectName } from '../../helpers/accounting/inventory.ts';
import type { Exposition, Labels, Sample } from '../../helpers/exposition/model.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';

/** What a copy of the exporter exposes with a setting, and the objects by which its promise is judged. */
export interface Reading {
  readonly exposition: Exposition;
  /** The copy's metrics about itself. */
  readonly telemetry: Exposition;
  /** The objects of a kind that did not change between the two lists around the scrape. */
  objects(kind: string): readonly KubernetesObject[];
}

/** Labels by which the samples of an object are found. */
export const configMapLabels = ({ metadata: { namespace = '', name } }: KubernetesObject): Labels => ({
  namespace,
  configmap: name,
});
export const nodeLabels = ({ metadata }: KubernetesObject): Labels => ({ node: metadata.name });
export function samplesOf({ families }: Exposition, family: string): readonly Sample[] {
  return families.get(family)?.samples ?? [];
}

/** A line for each family whose name is not allowed, a family with nothing but a header included. */
export function familiesThat({ families }: Exposition, isForbidden: (name: string) => boolean): readonly string[] {
  return [...families.keys()].filter(isForbidden).map((name) => `${name} is exposed`);
}

export function familiesWithoutSample(exposition: Exposition, names: readonly string[]): readonly string[] {
  return names.filter((name) => samplesOf(exposition, name).length === 0).map((name) => `${name} has no sample`);
}

/**
 * A line for each object without a sample in a family: `kube_node_info has no sample of Node server`. Over no object nothing is proved.
 * @param labelsOf labels that a sample of an object has
 */
export function withoutSample(
  exposition: Exposition,
  family: string,
  objects: readonly KubernetesObject[],
  labelsOf: (object: KubernetesObject) => Labels,
): readonly string[] {
  if (objects.length === 0) return [`no object for ${family}, so that nothing can be judged`];
  const samples = samplesOf(exposition, family);
  const isExposed = (object: KubernetesObject) => {
    const expected = Object.entries(labelsOf(object));
    return samples.some(({ labels }) => expected.every(([name, value]) => labels[name] === value));
  };
  return objects
    .filter((object) => !isExposed(object))
    .map((object) => `${family} has no sample of ${objectName(object)} with ${JSON.stringify(labelsOf(object))}`);
}

/** A line for each family with samples of such a namespace; `kube_namespace_*` describes the namespaces themselves. */
export function samplesOfNamespaces({ families }: Exposition, isForbidden: (namespace: string) => boolean): readonly string[] {
  return [...families.values()].flatMap(({ name, samples }) => {
    if (name.startsWith('kube_namespace_')) return [];
    const found = samples.flatMap(({ labels }) => labels.namespace || []).filter(isForbidden);
    return found.length === 0
      ? []
      : [`${name} has ${found.length} sample(s) of other namespaces: ${[...new Set(found)].join(', ')}`];
  });
}

/** A line for each family in which a series is exposed more than once. */
export function repeatedSeries({ families }: Exposition): readonly string[] {
  return [...families.values()].flatMap(({ name, samples }) => {
    const series = new Set(samples.map((sample) => JSON.stringify([sample.name, Object.entries(sample.labels).sort()])));
    return series.size === samples.length ? [] : [`${name} has ${samples.length} samples of ${series.size} series`];
  });
}

/** A line for each label with a prefix that is not allowed on the samples of a family. */
export function foreignLabels(
  exposition: Exposition,
  family: string,
  allowed: readonly string[],
  prefix: string,
): readonly string[] {
  const names = new Set(samplesOf(exposition, family).flatMap(({ labels }) => Object.keys(labels)));
  return [...names]
    .filter((name) => name.startsWith(prefix) && !allowed.includes(name))
    .map((name) => `${family} has the label ${name}`);
}
