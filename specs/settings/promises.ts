import { type ExporterOptions, parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import type { Promises } from '../../helpers/exporter/profile.ts';
import { promisedArguments } from '../../helpers/exporter/reads.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import { goTypeOf, readErrors, readsTried } from '../../helpers/exporter/telemetry.ts';
import type { Exposition } from '../../helpers/exposition/model.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import {
  configMapLabels,
  familiesThat,
  familiesWithoutSample,
  foreignLabels,
  nodeLabels,
  type Reading,
  repeatedSeries,
  samplesOf,
  samplesOfNamespaces,
  withoutSample,
} from './readings.ts';

/** The kinds that the settings are tried with, by their names in `--resources`. */
export const kinds = {
  configmaps: 'ConfigMap',
  namespaces: 'Namespace',
  nodes: 'Node',
  persistentvolumes: 'PersistentVolume',
  pods: 'Pod',
  secrets: 'Secret',
  storageclasses: 'StorageClass',
} as const;

export type Resource = keyof typeof kinds;

/** An option of the exporter, and what it promises, read without the catalogue. */
export interface Setting {
  /** The option without its dashes; the requirement has the same name. */
  readonly option: string;
  readonly sentence: string;
  /** The first release with the option; undefined for 2.5 and earlier. Source: the exporter's pkg/options/options.go of each release. */
  readonly since?: string;
  /** What the copy reads. */
  readonly resources: readonly Resource[];
  /**
   * The option's arguments.
   * @param fixtures the namespace of the fixtures
   */
  values(fixtures: string): readonly string[];
  /** How many objects of each resource are exposed; all of them unless set. */
  readonly limit?: number;
  /** Whether the scraper accepts gzip, and must get it. */
  readonly isCompressed?: true;
  /** A line for each way in which the promise is broken that no lag of the exporter behind the API explains. */
  faults?(exposition: Exposition): readonly string[];
  /** A line for each other way in which the promise is broken. */
  findings(reading: Reading, fixtures: string): readonly string[];
}

const system = 'kube-system';
/** Annotations of a ConfigMap among the fixtures. */
const [unicode, lines] = ['example.com/unicode', 'example.com/lines'] as const;

/** How many objects of each resource the copy with `--object-limit` may list: fewer than there are Secrets among the fixtures. */
const objectLimit = 2;

export const settings: readonly Setting[] = [
  {
    option: 'namespaces',
    sentence:
      'With --namespaces, only objects of these namespaces are exposed, and each cluster-scoped object as often as without.',
    resources: ['configmaps', 'namespaces', 'nodes', 'persistentvolumes', 'storageclasses'],
    values: (fixtures) => [`--namespaces=${fixtures},${system}`],
    findings: ({ exposition, objects }, fixtures) => {
      const isListed = (namespace: string) => [fixtures, system].includes(namespace);
      const configMaps = objects('ConfigMap').filter(({ metadata }) => isListed(metadata.namespace ?? ''));
      return [
        ...samplesOfNamespaces(exposition, (namespace) => !isListed(namespace)),
        ...withoutSample(exposition, 'kube_configmap_info', configMaps, configMapLabels),
        ...withoutSample(exposition, 'kube_node_info', objects('Node'), nodeLabels),
      ];
    },
    faults: repeatedSeries,
  },
  {
    option: 'namespaces-denylist',
    sentence: 'With --namespaces-denylist, the objects of all other namespaces and all cluster-scoped objects are exposed.',
    resources: ['configmaps', 'namespaces', 'nodes', 'persistentvolumes', 'storageclasses'],
    values: (fixtures) => [`--namespaces-denylist=${fixtures},${system}`],
    findings: ({ exposition, objects }, fixtures) => {
      const isDenied = (namespace: string) => [fixtures, system].includes(namespace);
      const configMaps = objects('ConfigMap').filter(({ metadata }) => !isDenied(metadata.namespace ?? ''));
      return [
        ...samplesOfNamespaces(exposition, isDenied),
        ...withoutSample(exposition, 'kube_configmap_info', configMaps, configMapLabels),
        ...withoutSample(exposition, 'kube_node_info', objects('Node'), nodeLabels),
      ];
    },
  },
  {
    option: 'metric-allowlist',
    sentence: 'With --metric-allowlist, only the families are exposed that it names or whose names it matches.',
    resources: ['configmaps', 'nodes', 'pods'],
    values: () => ['--metric-allowlist=kube_pod_status_phase,^kube_node_status_.+$'],
    findings: ({ exposition }) => [
      ...familiesThat(exposition, (name) => name !== 'kube_pod_status_phase' && !name.startsWith('kube_node_status_')),
      ...familiesWithoutSample(exposition, ['kube_pod_status_phase', 'kube_node_status_capacity', 'kube_node_status_condition']),
    ],
  },
  {
    option: 'metric-denylist',
    sentence: 'With --metric-denylist, all families are exposed but those that it names or whose names it matches.',
    resources: ['configmaps', 'nodes', 'pods'],
    values: () => ['--metric-denylist=kube_pod_status_phase,^kube_node_status_.+$'],
    findings: ({ exposition }) => [
      ...familiesThat(exposition, (name) => name === 'kube_pod_status_phase' || name.startsWith('kube_node_status_')),
      ...familiesWithoutSample(exposition, ['kube_pod_info', 'kube_node_info', 'kube_configmap_info']),
    ],
  },
  {
    option: 'metric-labels-allowlist',
    sentence: 'With --metric-labels-allowlist, the labels that it allows are exposed with their values, and no others.',
    resources: ['namespaces', 'pods'],
    // Kubernetes gives every Namespace a label with its name; the pods of workloads among the fixtures have the label `fixture`.
    values: () => ['--metric-labels-allowlist=namespaces=[*],pods=[fixture]'],
    findings: ({ exposition, objects }) => [
      ...withoutSample(exposition, 'kube_namespace_labels', objects('Namespace'), ({ metadata: { name } }) => ({
        namespace: name,
        label_kubernetes_io_metadata_name: name,
      })),
      ...withoutSample(exposition, 'kube_pod_labels', objects('Pod').filter(hasFixtureLabel), ({ metadata }) => ({
        namespace: metadata.namespace ?? '',
        pod: metadata.name,
        label_fixture: metadata.labels?.fixture ?? '',
      })),
      ...foreignLabels(exposition, 'kube_pod_labels', ['label_fixture'], 'label_'),
    ],
  },
  {
    option: 'metric-annotations-allowlist',
    sentence: 'With --metric-annotations-allowlist, the annotations that it allows are exposed with their values, and no others.',
    resources: ['configmaps'],
    values: () => [`--metric-annotations-allowlist=configmaps=[${unicode},${lines}]`],
    findings: ({ exposition, objects }, fixtures) => {
      const annotated = objects('ConfigMap').filter(
        ({ metadata }) => metadata.namespace === fixtures && metadata.annotations?.[unicode],
      );
      return [
        ...withoutSample(exposition, 'kube_configmap_annotations', annotated, (configMap) => ({
          ...configMapLabels(configMap),
          annotation_example_com_unicode: configMap.metadata.annotations?.[unicode] ?? '',
          annotation_example_com_lines: configMap.metadata.annotations?.[lines] ?? '',
        })),
        ...foreignLabels(
          exposition,
          'kube_configmap_annotations',
          ['annotation_example_com_unicode', 'annotation_example_com_lines'],
          'annotation_',
        ),
      ];
    },
  },
  {
    option: 'resources',
    sentence: 'With --resources, these resources are read and exposed, and no others.',
    resources: ['configmaps', 'nodes'],
    values: () => [],
    findings: ({ exposition, telemetry, objects }) => {
      const allowed = ['*v1.ConfigMap', '*v1.Node'];
      return [
        ...familiesThat(exposition, (name) => !/^kube_(configmap|node)_/.test(name)),
        ...withoutSample(exposition, 'kube_configmap_info', objects('ConfigMap'), configMapLabels),
        ...withoutSample(exposition, 'kube_node_info', objects('Node'), nodeLabels),
        ...[...readsTried(telemetry)].filter((type) => !allowed.includes(type)).map((type) => `it lists or watches ${type}`),
      ];
    },
  },
  {
    option: 'use-apiserver-cache',
    sentence: 'With --use-apiserver-cache, every object is exposed as without.',
    resources: ['configmaps', 'nodes'],
    values: () => ['--use-apiserver-cache'],
    findings: ({ exposition, telemetry, objects }) => [
      ...withoutSample(exposition, 'kube_configmap_info', objects('ConfigMap'), configMapLabels),
      ...withoutSample(exposition, 'kube_node_info', objects('Node'), nodeLabels),
      ...readErrors(telemetry).filter((line) => / list errors?$/.test(line)),
    ],
  },
  {
    option: 'object-limit',
    sentence: 'With --object-limit, as many objects of a resource are exposed as the limit allows, each with all of its samples.',
    since: '2.16',
    resources: ['configmaps', 'secrets'],
    // In one namespace whose Secrets and ConfigMaps nobody changes: what changes later is exposed beyond the limit.
    values: (fixtures) => [`--object-limit=${objectLimit}`, `--namespaces=${fixtures}`],
    limit: objectLimit,
    findings: ({ exposition, telemetry, objects }, fixtures) => {
      const secrets = objects('Secret').filter(({ metadata }) => metadata.namespace === fixtures);
      const exposed = new Set(samplesOf(exposition, 'kube_secret_info').map(({ labels }) => labels.secret));
      const limits = samplesOf(telemetry, 'kube_state_metrics_list_objects_limit');
      const limited = limits.find(({ labels }) => labels.resource === goTypeOf({ apiVersion: 'v1', kind: 'Secret' }));
      return [
        ...(secrets.length > objectLimit ? [] : [`the namespace has ${secrets.length} Secrets, no more than the limit`]),
        ...(exposed.size === objectLimit ? [] : [`kube_secret_info has samples of ${exposed.size} of ${secrets.length} Secrets`]),
        ...(limited?.value === objectLimit ? [] : [`its own metrics have the limit ${limited?.value ?? '(none)'} for Secrets`]),
      ];
    },
  },
  {
    option: 'enable-gzip-encoding',
    sentence: 'With --enable-gzip-encoding, a scraper that accepts gzip gets the same series, compressed.',
    resources: ['configmaps', 'nodes'],
    values: () => ['--enable-gzip-encoding'],
    isCompressed: true,
    findings: ({ exposition, objects }) => [
      ...withoutSample(exposition, 'kube_configmap_info', objects('ConfigMap'), configMapLabels),
      ...withoutSample(exposition, 'kube_node_info', objects('Node'), nodeLabels),
    ],
  },
];

/**
 * The families that are promised and that an exporter does not expose because of its arguments, a line each with the option. Promised are those
 * of the profile's resources, or those that the release exposes by default; the cluster need not have an object of them.
 */
export function removedDefaults(
  { version, arguments: args }: Pick<Target, 'version' | 'arguments'>,
  profile: { readonly promises: Pick<Promises, 'exposes'> },
): readonly string[] {
  const options = parseExporterArguments(args);
  const exposed = new Map(exposedResources(tables, version, options).map(({ table, rows }) => [table.resource, rows]));
  return exposedResources(tables, version, parseExporterArguments(promisedArguments(profile))).flatMap(
    ({ table: { resource }, rows }) => {
      const kept = exposed.get(resource);
      if (kept === undefined) return [`${resource}, with ${rows.length} families: not in --resources`];
      const names = new Set(kept.map(({ name }) => name));
      return rows.filter(({ name }) => !names.has(name)).map(({ name }) => `${name}: ${removingOption(options)}`);
    },
  );
}

/** The exporter accepts only one of the two options. */
function removingOption({ metricAllowlist }: ExporterOptions): string {
  return metricAllowlist ? 'not in --metric-allowlist' : 'in --metric-denylist';
}

function hasFixtureLabel({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.fixture !== undefined;
}
