import type { KubernetesObject } from '../../kube/object.ts';
import { parseVersion } from '../../version.ts';
import { contextOf } from '../table.ts';
import { type CustomResource, parseCustomResourceState } from './config.ts';
import { customTables } from './tables.ts';

const foo = { apiVersion: 'acme.io/v1', kind: 'Foo', metadata: { name: 'foo', namespace: 'a' } };

function parsed(resource: string): readonly CustomResource[] {
  return parseCustomResourceState(
    `spec: {resources: [{groupVersionKind: {group: acme.io, version: v1, kind: Foo}, ${resource}}]}`,
    'crs.yaml',
  );
}

describe('the kinds of the configuration', () => {
  const definition = (kind: string, versions: readonly { name: string; served: boolean }[]) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.toLowerCase()}s.acme.io` },
    spec: { group: 'acme.io', names: { kind, plural: `${kind.toLowerCase()}s` }, versions },
  });
  const served = { name: 'v1', served: true };
  const definitions = [
    definition('Foo', [served, { name: 'v1beta1', served: true }, { name: 'v1alpha1', served: false }]),
    definition('Bar', [served]),
  ];

  function resources(type: string, objects: readonly KubernetesObject[], more = ''): readonly string[] {
    const text = `spec: {resources: [{groupVersionKind: ${type}, ${more} metrics: [{name: m, each: {type: Info, info: {}}}]}]}`;
    return customTables({ customResources: parseCustomResourceState(text, 'crs.yaml') }, objects).map(({ resource }) => resource);
  }

  test.each([
    ['{group: acme.io, version: v1, kind: Foo}', ['foos.acme.io/v1']],
    ['{group: acme.io, version: v1alpha1, kind: Foo}', []],
    ['{group: acme.io, version: v1, kind: Absent}', []],
    ['{group: acme.io, version: "*", kind: Foo}', ['foos.acme.io/v1', 'foos.acme.io/v1beta1']],
    ['{group: acme.io, version: v1, kind: "*"}', ['bars.acme.io/v1', 'foos.acme.io/v1']],
    ['{group: acme.io}', ['bars.acme.io/v1', 'foos.acme.io/v1', 'foos.acme.io/v1beta1']],
    ['{group: "*", version: v1, kind: Foo}', []],
    ['{version: v1, kind: Foo}', []],
  ])('%s are those that the definitions serve: %j', (type, expected) => {
    expect(resources(type, definitions)).toEqual(expected);
  });

  test('come from the configuration and the objects without definitions', () => {
    expect(resources('{group: acme.io, version: v1, kind: Foo}', [])).toEqual(['foos.acme.io/v1']);
    expect(resources('{group: acme.io, version: v1, kind: Foo}', [], 'resourcePlural: fooes,')).toEqual(['fooes.acme.io/v1']);
    expect(resources('{group: acme.io, version: "*", kind: "*"}', [foo])).toEqual(['foos.acme.io/v1']);
  });

  test('are read in the configured version, whichever version was saved', () => {
    const customResources = parsed('metrics: [{name: m, each: {type: Info, info: {labelsFromPath: {api: [apiVersion]}}}}]');
    const row = customTables({ customResources }, [])[0]?.families[0];
    const saved = { ...foo, apiVersion: 'acme.io/v1beta1' };
    expect(row?.samples(saved, contextOf(parseVersion('v2.20.0'), {}))).toMatchObject([{ labels: { api: 'acme.io/v1' } }]);
  });

  test('that are configured twice have the families of the last configuration', () => {
    const customResources = [
      ...parsed('metrics: [{name: first, each: {type: Info, info: {}}}]'),
      ...parsed('metrics: [{name: last, each: {type: Info, info: {}}}]'),
    ];
    const families = customTables({ customResources }, []).flatMap((table) => table.families.map(({ name }) => name));
    expect(families).toEqual(['kube_customresource_last']);
  });

  test('are not read by an exporter of the pods of a node', () => {
    const customResources = parsed('metrics: [{name: m, each: {type: Info, info: {}}}]');
    expect(customTables({ customResources, node: 'n' }, [])).toEqual([]);
  });
});

test.each([
  [
    'metrics: [{name: m, each: {type: Sum}}]',
    'spec.resources[0].metrics[0].each.type is "Sum": expected Gauge, Info or StateSet',
  ],
  ['metrics: [{name: m, each: {type: Gauge}}]', 'metrics[0].each.gauge is missing'],
  ['metrics: [{name: m, each: {type: Info, info: {path: [a, "[b]"]}}}]', 'each.info.path has "[b]": expected [key=value]'],
  ['metrics: [{name: m, each: {type: Info, info: {path: a}}}]', 'each.info.path is "a": expected a list'],
  ['metrics: [{name: m, each: {type: Info, info: {labelsFromPath: [a]}}}]', 'labelsFromPath is a list: expected a mapping'],
  ['metrics: [{name: {a: b}, each: {type: Info, info: {}}}]', 'metrics[0].name is a mapping: expected text'],
  ['metrics: [{name: m, each: {type: Gauge, gauge: {nilIsZero: maybe}}}]', 'nilIsZero is "maybe": expected true or false'],
  ['errorLogV: high, metrics: []', 'resources[0].errorLogV is "high": expected a whole number'],
])('the configuration {%s} is refused with its place', (resource, message) => {
  expect(() => parsed(resource)).toThrow(message);
  expect(() => parsed(resource)).toThrow(/^crs\.yaml: spec\.resources.*the exporter does not accept it\.$/);
});

test.each([
  ['spec: [', 'crs.yaml is not YAML'],
  ['', 'crs.yaml is empty'],
  ['text', 'crs.yaml: the configuration is "text": expected a mapping'],
  [`a: &a [x]\nspec: [${'*a, '.repeat(200)}]`, 'crs.yaml cannot be read as YAML'],
])('a configuration of %j is refused', (text, message) => {
  expect(() => parseCustomResourceState(text, 'crs.yaml')).toThrow(message);
});
