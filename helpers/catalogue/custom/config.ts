import { type Fields, isInBrackets, parseFields } from './fields.ts';

/** A path into an object, of keys, of indices that count from the end if negative, and of `[key=value]` for an item of a list. */
export type Path = readonly string[];

/** The item of a list that a part of a path selects. */
export interface Condition {
  readonly key: string;
  readonly expected: string;
}

/** A custom resource whose objects the exporter turns into metrics. Source: the exporter's docs/metrics/extend/customresourcestate-metrics.md. */
export interface CustomResource extends FamilyLabels {
  readonly group: string;
  /** '' or `*` for every served version */
  readonly version: string;
  /** '' or `*` for every kind of the group */
  readonly kind: string;
  /** `resourcePlural`; the name in the definition of the kind takes precedence. */
  readonly plural: string | undefined;
  readonly families: readonly CustomFamily[];
}

export interface CustomFamily extends FamilyLabels {
  /** With its prefix: `kube_customresource_active_count`. */
  readonly name: string;
  readonly each: Each;
}

/** Labels of every sample of a family. */
interface FamilyLabels {
  readonly commonLabels: ReadonlyMap<string, string>;
  readonly labelsFromPath: PathLabels;
}

/** The paths of label values by the label's name; `*`, `prefix_*` and `*_suffix` copy the keys of an object. */
export type PathLabels = ReadonlyMap<string, Path>;

interface EachCommon {
  readonly path: Path;
  readonly labelsFromPath: PathLabels;
}

interface EachGauge extends EachCommon {
  readonly type: 'gauge';
  readonly valueFrom: Path;
  readonly labelFromKey: string;
  readonly nilIsZero: boolean;
}

interface EachInfo extends EachCommon {
  readonly type: 'info';
  readonly labelFromKey: string;
}

interface EachStateSet extends EachCommon {
  readonly type: 'stateset';
  readonly valueFrom: Path;
  readonly labelName: string;
  readonly list: readonly string[];
}

/** How an object's values become samples. */
export type Each = EachGauge | EachInfo | EachStateSet;

const DEFAULT_PREFIX = 'kube_customresource';

/**
 * Parses the configuration of `--custom-resource-state-config` or of its file. Unknown keys are ignored, as the exporter does.
 * @param origin the file's path or the flag's name, for errors
 * @throws UsageError with the place of what the exporter would refuse: `state.yaml: spec.resources[0].metrics[1].each.type is "Sum": …`
 */
export function parseCustomResourceState(text: string, origin: string): readonly CustomResource[] {
  return parseFields(text, origin).fields('spec').items('resources').map(resourceOf);
}

function resourceOf(resource: Fields): CustomResource {
  const type = resource.fields('groupVersionKind');
  const [group, version, kind] = [type.text('group'), type.text('version'), type.text('kind')];
  const labels = labelsOf(resource);
  const prefix = resource.optionalText('metricNamePrefix') ?? DEFAULT_PREFIX;
  resource.wholeNumber('errorLogV');
  return {
    group,
    version,
    kind,
    plural: resource.text('resourcePlural') || undefined,
    ...labels,
    families: resource.items('metrics').map((metric) => familyOf(metric, prefix)),
  };
}

/** The condition of a part of a path, `[key=value]`; undefined if it is a key or an index. */
export function conditionOf(part: string): Condition | undefined {
  const equals = isInBrackets(part) ? part.indexOf('=') : -1;
  return equals < 0 ? undefined : { key: part.slice(1, equals), expected: part.slice(equals + 1, -1) };
}

function familyOf(metric: Fields, prefix: string): CustomFamily {
  metric.text('help');
  metric.wholeNumber('errorLogV');
  const name = metric.text('name');
  return { name: prefix === '' ? name : `${prefix}_${name}`, ...labelsOf(metric), each: eachOf(metric.fields('each')) };
}

function labelsOf(fields: Fields): FamilyLabels {
  return { commonLabels: fields.texts('commonLabels'), labelsFromPath: fields.paths('labelsFromPath') };
}

function eachOf(each: Fields): Each {
  const type = each.text('type').toLowerCase();
  if (type === 'gauge') {
    const gauge = each.required('gauge');
    return {
      type,
      ...commonOf(gauge),
      valueFrom: gauge.path('valueFrom'),
      labelFromKey: gauge.text('labelFromKey'),
      nilIsZero: gauge.flag('nilIsZero'),
    };
  }
  if (type === 'info') {
    const info = each.required('info');
    return { type, ...commonOf(info), labelFromKey: info.text('labelFromKey') };
  }
  if (type === 'stateset') {
    const stateSet = each.required('stateSet');
    return {
      type,
      ...commonOf(stateSet),
      valueFrom: stateSet.path('valueFrom'),
      labelName: stateSet.text('labelName'),
      list: stateSet.list('list'),
    };
  }
  throw each.refuse('type', `is "${each.text('type')}": expected Gauge, Info or StateSet`);
}

function commonOf(fields: Fields): EachCommon {
  return { path: fields.path('path'), labelsFromPath: fields.paths('labelsFromPath') };
}
