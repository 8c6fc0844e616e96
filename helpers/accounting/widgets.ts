import type { Exposition, Family, FamilyType, Sample } from '../exposition/model.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { type Accounting, type AccountRequest, account } from './account.ts';
import { absent, ownerSamples } from './owner.ts';
import { counter, gauge, type ResourceTable, stateSet, value } from './table.ts';

/** Resources that no exporter has, small enough to see what the accounting itself does; for tests. */
export interface Widget extends KubernetesObject {
  readonly spec: { readonly weight?: number | null; readonly colours?: readonly string[] };
}

export const widgets: ResourceTable<Widget> = {
  resource: 'widgets',
  namespaced: true,
  isDefault: () => true,
  reads: () => ({ apiVersion: 'example.com/v1', kind: 'Widget' }),
  labels: ({ metadata }) => ({ namespace: metadata.namespace ?? '', widget: metadata.name }),
  families: [
    gauge('kube_widget_weight', { stability: 'STABLE' }, ({ spec }) => value(spec.weight === null ? Number.NaN : spec.weight)),
    gauge('kube_widget_owner', { stability: 'STABLE' }, ownerSamples),
    gauge('kube_widget_holder', { stability: 'STABLE', since: '2.7' }, (_, context) => [
      { labels: { holder: absent(context) }, value: 1 },
    ]),
    gauge('kube_widget_colour', { stability: 'ALPHA' }, ({ spec }) =>
      (spec.colours ?? []).map((colour) => ({ labels: { colour }, value: 1 })),
    ),
    counter('kube_widget_turns_total', { stability: 'STABLE', optIn: true }, () => value(3)),
  ],
};

export const shelves: ResourceTable = {
  resource: 'shelves',
  namespaced: false,
  isDefault: () => false,
  reads: () => ({ apiVersion: 'example.com/v1', kind: 'Shelf' }),
  labels: ({ metadata }) => ({ shelf: metadata.name }),
  families: [stateSet('kube_shelf_full', { stability: 'ALPHA' }, () => value(0))],
};

export function widget(name: string, changes: Partial<Widget['metadata']> & { spec?: Widget['spec'] } = {}): Widget {
  const { spec = { weight: 4 }, ...metadata } = changes;
  return {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name, namespace: 'a', uid: `uid-${name}`, resourceVersion: '1', ...metadata },
    spec,
  };
}

/** An exposition from lines such as `kube_widget_weight{namespace="a",widget="w"} 4`; `# TYPE` lines as they are. */
export function exposition(text: string, format: Exposition['format'] = 'text'): Exposition {
  const families = new Map<string, Family & { samples: Sample[]; type: FamilyType | undefined }>();
  const family = (name: string) => {
    const known = families.get(name) ?? { name, type: undefined, help: undefined, samples: [] };
    families.set(name, known);
    return known;
  };
  let samples = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, typed, type] = /^# TYPE (\S+) (\S+)$/.exec(line.trim()) ?? [];
    if (typed && type) {
      families.set(typed, { ...family(typed), type: type as FamilyType });
      continue;
    }
    const [, name = '', labels = '', number = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line.trim()) ?? [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', content = '']) => [label, content]);
    family(name).samples.push({ name, labels: Object.fromEntries(pairs), value: Number(number), line: index + 1 });
    samples += 1;
  }
  return { format, bytes: text.length, samples, families, timestamps: { count: 0 } };
}

export const HEADERS = `
# TYPE kube_widget_weight gauge
# TYPE kube_widget_owner gauge
# TYPE kube_widget_colour gauge
`;
export const WEIGHT = 'kube_widget_weight{namespace="a",widget="w"} 4';
export const OWNER =
  'kube_widget_owner{namespace="a",widget="w",owner_kind="<none>",owner_name="<none>",owner_is_controller="<none>"} 1';

/** What became of a scrape of one widget, with what a test changes. */
export function accountFor(text: string, changes: Partial<AccountRequest> = {}): Accounting {
  return account({
    exposition: exposition(`${HEADERS}${text}`),
    objects: [widget('w')],
    exporter: 'v2.5.0',
    tables: [widgets, shelves],
    ...changes,
  });
}
