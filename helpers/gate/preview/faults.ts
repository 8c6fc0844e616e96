import { objectName } from '../../accounting/inventory.ts';
import { knownIssuesFor } from '../../accounting/known-issues.ts';
import { seriesKey, writeSeries } from '../../accounting/series.ts';
import { exposedResources } from '../../catalogue/exposed.ts';
import { tables } from '../../catalogue/resources/index.ts';
import type { Exposition } from '../../exposition/model.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import { plural } from '../../report/words.ts';
import { inRange, parseVersion, type VersionRange } from '../../version.ts';
import type { GateDifference } from '../difference.ts';
import type { PreviewInputs } from './inputs.ts';

const EXAMPLES = 5;

/** A valid object that ends releases of the exporter. */
interface Fault {
  readonly id: string;
  /** As in `--resources`: the fault needs an exporter that reads it. */
  readonly resource: string;
  readonly kind: string;
  readonly exporter: VersionRange;
  readonly note: string;
  matches(object: KubernetesObject): boolean;
}

interface Backend {
  readonly resource?: unknown;
}

interface Ingress extends KubernetesObject {
  readonly spec?: {
    readonly defaultBackend?: Backend;
    readonly rules?: readonly { readonly http?: { readonly paths?: readonly { readonly backend?: Backend }[] } }[];
  };
}

interface CronJob extends KubernetesObject {
  readonly spec?: { readonly schedule?: string };
}

interface EndpointSlice extends KubernetesObject {
  readonly ports?: readonly { readonly port?: number | null }[] | null;
}

interface Autoscaler extends KubernetesObject {
  readonly status?: { readonly currentMetrics?: readonly ({ readonly type: string } & Record<string, unknown>)[] | null };
}

/** Sources: the exporter's issues and change logs, by number. */
const faults: readonly Fault[] = [
  {
    id: 'ingress-resource-backend',
    resource: 'ingresses',
    kind: 'Ingress',
    exporter: '<2.7',
    note: 'Releases before 2.7 crash on an Ingress whose backend is a resource.',
    matches: ({ spec = {} }: Ingress) =>
      [spec.defaultBackend, ...(spec.rules ?? []).flatMap(({ http }) => (http?.paths ?? []).map(({ backend }) => backend))].some(
        (backend) => backend?.resource !== undefined,
      ),
  },
  {
    id: 'cronjob-step',
    resource: 'cronjobs',
    kind: 'CronJob',
    exporter: '>=2.19 <2.19.1',
    note: 'Release 2.19.0 crashes on a schedule whose step in minutes exceeds the hour (#2967, #2988).',
    matches: ({ spec }: CronJob) => Number(/^\s*\*\/(\d+)\s/.exec(spec?.schedule ?? '')?.[1] ?? 0) >= 60,
  },
  {
    id: 'endpointslice-port',
    resource: 'endpointslices',
    kind: 'EndpointSlice',
    exporter: '>=2.8 <2.20',
    note: 'Releases from 2.8 to 2.19 crash on an EndpointSlice that has a port without a number (#3063).',
    matches: ({ ports }: EndpointSlice) => (ports ?? []).some(({ port }) => port === undefined || port === null),
  },
  {
    id: 'autoscaler-status',
    resource: 'horizontalpodautoscalers',
    kind: 'HorizontalPodAutoscaler',
    exporter: '<2.20',
    note: 'Releases before 2.20 crash on a HorizontalPodAutoscaler whose status has a metric without its source (#3071).',
    // The controller writes an empty type for a metric that it cannot read; exporters skip it.
    matches: ({ status }: Autoscaler) =>
      (status?.currentMetrics ?? []).some(({ type, ...sources }) => type !== '' && sources[sourceOf(type)] === undefined),
  },
];

/** `containerResource` of the type `ContainerResource`. */
function sourceOf(type: string): string {
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
}

/** The objects that end the candidate and not the old release, a difference for each known fault. */
export function endingObjects(release: string, inputs: PreviewInputs): readonly GateDifference[] {
  const { objects, old } = inputs;
  return faults
    .filter((fault) => hasFault(release, fault, inputs) && !hasFault(old.exporter, fault, inputs))
    .flatMap((fault): readonly GateDifference[] => {
      const names = objects.filter((object) => object.kind === fault.kind && fault.matches(object)).map(objectName);
      if (names.length === 0) return [];
      const more = names.length > EXAMPLES ? ` and ${names.length - EXAMPLES} more` : '';
      return [
        {
          id: `start/ends-on/${fault.id}`,
          part: 'start',
          sentence: `${release} ends on ${plural(names.length, 'object')} of this cluster: ${names.slice(0, EXAMPLES).join(', ')}${more}. ${fault.note}`,
          severity: 'reject',
          advice: 'Change these objects first, or take a release without the fault.',
          old: [],
          new: names.slice(0, EXAMPLES),
        },
      ];
    });
}

/** Whether a release is in the fault's range and is served the objects: one that does not read the kind is not ended by it. */
function hasFault(release: string, { exporter, resource }: Fault, { old, kubernetes }: PreviewInputs): boolean {
  const isRead = exposedResources(tables, parseVersion(release), old.options).some(({ table }) => table.resource === resource);
  const isServed = !knownIssuesFor(release, kubernetes).some(({ resources }) => resources.includes(resource));
  return inRange(release, exporter) && isRead && isServed;
}

/** The families of which the candidate exposes the same series several times; Prometheus keeps one of them and logs the others. */
export function repeatedSeries(old: Exposition, { families }: Exposition): readonly GateDifference[] {
  return [...families.values()].flatMap(({ name, samples }): readonly GateDifference[] => {
    const repeated = repeatsOf(samples);
    if (repeated.length === 0) return [];
    const before = repeatsOf(old.families.get(name)?.samples ?? []);
    const also = before.length === 0 ? '; the old release repeats none' : `, the old release ${before.length}`;
    const examples = (list: typeof samples) => list.slice(0, EXAMPLES).map(({ labels }) => writeSeries(name, labels));
    return [
      {
        id: `surface/series-repeated/${name}`,
        part: 'surface',
        sentence: `${name} repeats ${repeated.length} series for these objects${also}. Prometheus keeps one sample of each.`,
        severity: before.length === 0 ? 'note' : 'harmless',
        origin: 'documented',
        old: examples(before),
        new: examples(repeated),
      },
    ];
  });
}

function repeatsOf(samples: NonNullable<ReturnType<Exposition['families']['get']>>['samples']): typeof samples {
  const known = new Set<string>();
  return samples.filter(({ labels }) => {
    const key = seriesKey(labels);
    if (known.has(key)) return true;
    known.add(key);
    return false;
  });
}
