import type { KubernetesObject } from '../../kube/object.ts';
import { noneLabel, ownerSamples } from '../metadata.ts';
import { counter, gauge, type ResourceTable, stateSet, value } from '../table.ts';

/** The object of a fictitious resource, for tests of the code around the tables. */
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
      { labels: { holder: noneLabel(context) }, value: 1 },
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
