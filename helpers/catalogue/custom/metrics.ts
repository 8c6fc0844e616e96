import type { KubernetesObject } from '../../kube/object.ts';
import type { Context, Expected, FamilyRow } from '../table.ts';
import type { CustomFamily, CustomResource, Each, PathLabels } from './config.ts';
import { goText, isFields, isNil, numberOf, valueAt } from './values.ts';

type Labels = Readonly<Record<string, string>>;
/** The parts of a custom resource that its labels depend on, with a concrete version and kind. */
type Labelled = Pick<CustomResource, 'group' | 'version' | 'kind' | 'commonLabels' | 'labelsFromPath'>;

/**
 * The row of a family of a custom resource; its samples have all their labels.
 * Source of the rules: the exporter's pkg/customresourcestate/registry_factory.go.
 */
export function customRow(family: CustomFamily, resource: Labelled): FamilyRow {
  const common = { ...commonLabelsOf(resource), ...Object.fromEntries(family.commonLabels) };
  const paths = new Map([...resource.labelsFromPath, ...family.labelsFromPath]);
  return {
    name: family.name,
    type: family.each.type,
    stability: 'ALPHA',
    samples: (object, context) => {
      const base = { ...common, ...pathLabels(object, paths, context) };
      return samplesOf(family.each, valueAt(family.each.path, object, context), context).map(({ labels, value }) => ({
        labels: { ...base, ...labels },
        value,
      }));
    },
  };
}

/** The labels that the samples of an object have in every family: those of the resource that no family sets by itself. */
export function sharedLabels(
  object: KubernetesObject,
  resource: Labelled & Pick<CustomResource, 'families'>,
  context: Context,
): Labels {
  const isShared = (name: string) =>
    resource.families.every((family) => !family.commonLabels.has(name) && !family.labelsFromPath.has(name));
  const common = Object.entries(commonLabelsOf(resource)).filter(([name]) => isShared(name));
  const paths = new Map([...resource.labelsFromPath].filter(([name]) => isShared(name)));
  return { ...Object.fromEntries(common), ...pathLabels(object, paths, context) };
}

function commonLabelsOf({ commonLabels, group, version, kind }: Labelled): Labels {
  return {
    ...Object.fromEntries(commonLabels),
    customresource_group: group,
    customresource_version: version,
    customresource_kind: kind,
  };
}

function samplesOf(each: Each, value: unknown, context: Context): readonly Expected[] {
  if (each.type === 'gauge') return gaugeSamples(each, value, context);
  if (each.type === 'info') return infoSamples(each, value, context);
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => stateSetSamples(each, item, context));
}

type EachOf<Type extends Each['type']> = Extract<Each, { readonly type: Type }>;

/** A sample per item of a list and per key of a mapping; otherwise one. */
function gaugeSamples(each: EachOf<'gauge'>, value: unknown, context: Context): readonly Expected[] {
  const paths = each.labelsFromPath;
  if (!isFields(value)) {
    const items = Array.isArray(value) ? value : [value];
    return items.flatMap((item) => withNumber(gaugeValue(each, item, context), pathLabels(item, paths, context)));
  }
  return Object.entries(value).flatMap(([key, item]) => {
    // A path of a single key is found in the mapping itself, too.
    const isKey = each.valueFrom.length === 1 && each.valueFrom[0] === key && isSingle(key);
    const number = isKey ? numberOrZero(item, each.nilIsZero, context) : gaugeValue(each, item, context);
    return withNumber(number, {
      ...keyLabel(each.labelFromKey, key),
      ...pathLabels(item, paths, context),
      ...pathLabels(value, paths, context),
    });
  });
}

/** The exporter takes a key with a comma for a path of several keys. */
function isSingle(key: string): boolean {
  return key !== '' && !key.includes(',');
}

function gaugeValue({ valueFrom, nilIsZero }: EachOf<'gauge'>, item: unknown, context: Context): number | undefined {
  return numberOrZero(valueAt(valueFrom, item, context), nilIsZero, context);
}

function numberOrZero(value: unknown, nilIsZero: boolean, context: Context): number | undefined {
  if (isNil(value)) return nilIsZero ? 0 : undefined;
  return numberOf(value, context);
}

function withNumber(value: number | undefined, labels: Labels): readonly Expected[] {
  return value === undefined ? [] : [{ labels, value }];
}

/** A sample per item of a list; of a mapping one per key and one of the mapping itself. None has a sample without labels. */
function infoSamples(each: EachOf<'info'>, value: unknown, context: Context): readonly Expected[] {
  const items = Array.isArray(value) ? value : [value];
  const ofItems = items.filter((item) => !isNil(item)).map((item) => pathLabels(item, each.labelsFromPath, context));
  const ofKeys = isFields(value)
    ? Object.entries(value).map(([key, item]) => ({
        ...keyLabel(each.labelFromKey, key),
        ...pathLabels(item, each.labelsFromPath, context),
      }))
    : [];
  return [...ofKeys, ...ofItems].filter((labels) => Object.keys(labels).length > 0).map((labels) => ({ labels, value: 1 }));
}

/** A sample per state of the list; none if the value is not text. */
function stateSetSamples(each: EachOf<'stateset'>, item: unknown, context: Context): readonly Expected[] {
  const actual = valueAt(each.valueFrom, item, context);
  if (typeof actual !== 'string') return [];
  return each.list.map((state) => ({
    labels: { [each.labelName]: state, ...pathLabels(item, each.labelsFromPath, context) },
    value: state === actual ? 1 : 0,
  }));
}

function keyLabel(name: string, key: string): Labels {
  return name === '' || key === '' ? {} : { [name]: key };
}

/** The labels whose values are at paths of an object; names with `*` copy the keys of an object, and other names take precedence. */
function pathLabels(object: unknown, paths: PathLabels, context: Context): Labels {
  const labels: Record<string, string> = {};
  const isStar = (name: string) => name.startsWith('*') || (context.since('2.12') && name.endsWith('*'));
  const stars = [...paths.keys()].filter(isStar).sort();
  for (const star of stars) {
    const copied = valueAt(paths.get(star) ?? [], object, context);
    if (!isFields(copied)) continue;
    const prefix = context.since('2.12') && star.endsWith('*') ? star.slice(0, -1) : '';
    for (const [key, value] of Object.entries(copied)) labels[sanitized(`${prefix}${key}`)] = goText(value);
  }
  for (const [name, path] of paths) {
    if (isStar(name)) continue;
    const value = valueAt(path, object, context);
    if (!isNil(value)) labels[sanitized(name)] = goText(value);
  }
  return labels;
}

/** Source: SanitizeLabelName in the exporter's internal/store/utils.go. */
function sanitized(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/gu, '_');
}
