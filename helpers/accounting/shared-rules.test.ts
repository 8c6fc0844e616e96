import { parseVersion } from '../version.ts';
import { conditionSamples } from './conditions.ts';
import { ownerSamples } from './owner.ts';
import { isExtendedResource, resourceLabel, resourceUnits } from './resource-name.ts';
import { contextOf } from './table.ts';
import { unixTime } from './time.ts';

const owned = (...ownerReferences: { kind: string; name: string; controller?: boolean }[]) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', ownerReferences: ownerReferences.map((owner) => ({ apiVersion: 'v1', uid: 'u', ...owner })) },
});

test('an object without an owner says so in words before 2.8, and by nothing since', () => {
  const labels = (release: string) => ownerSamples(owned(), contextOf(parseVersion(release), {}))[0]?.labels;

  expect(labels('2.7.0')).toEqual({ owner_kind: '<none>', owner_name: '<none>', owner_is_controller: '<none>' });
  expect(labels('2.8.0')).toEqual({ owner_kind: '', owner_name: '', owner_is_controller: '' });
});

test('every owner has a sample, and one that does not say so is no controller', () => {
  const object = owned({ kind: 'ReplicaSet', name: 'r', controller: true }, { kind: 'Node', name: 'n' });

  expect(ownerSamples(object, contextOf(parseVersion('2.20.0'), {})).map(({ labels }) => labels)).toEqual([
    { owner_kind: 'ReplicaSet', owner_name: 'r', owner_is_controller: 'true' },
    { owner_kind: 'Node', owner_name: 'n', owner_is_controller: 'false' },
  ]);
});

test('a condition is one of three states', () => {
  expect(conditionSamples('False', { condition: 'Ready' }, 'status')).toEqual([
    { labels: { condition: 'Ready', status: 'true' }, value: 0 },
    { labels: { condition: 'Ready', status: 'false' }, value: 1 },
    { labels: { condition: 'Ready', status: 'unknown' }, value: 0 },
  ]);
  expect(conditionSamples(undefined, {}, 'status').map(({ value }) => value)).toEqual([0, 0, 0]);
});

test('times are whole seconds, and no time is none', () => {
  expect(unixTime('2024-05-01T10:00:00Z')).toBe(1714557600);
  expect(unixTime('2024-05-01T12:00:00+02:00')).toBe(1714557600);
  expect(unixTime('2024-05-01T10:00:00.999999Z')).toBe(1714557600);
  expect(unixTime(undefined)).toBeUndefined();
  expect(unixTime(null)).toBeUndefined();
  expect(() => unixTime('yesterday')).toThrow('"yesterday" is not a time');
});

test('resources are counted in cores, bytes or pieces, and those of Kubernetes that it does not know are left out', () => {
  expect(resourceUnits('cpu')).toEqual(['core']);
  expect(resourceUnits('ephemeral-storage')).toEqual(['byte']);
  expect(resourceUnits('hugepages-2Mi')).toEqual(['byte']);
  expect(resourceUnits('attachable-volumes-csi-x')).toEqual(['byte']);
  expect(resourceUnits('nvidia.com/gpu')).toEqual(['integer']);
  expect(resourceUnits('kubernetes.io/batteries')).toEqual([]);
  expect(resourceUnits('something')).toEqual([]);
});

test('pods are a resource of a node, not of a container', () => {
  expect(resourceUnits('pods', 'node')).toEqual(['integer']);
  expect(resourceUnits('pods')).toEqual([]);
});

test('a resource is written with underscores', () => {
  expect(resourceLabel('nvidia.com/gpu')).toBe('nvidia_com_gpu');
  expect(resourceLabel('hugepages-2Mi')).toBe('hugepages_2Mi');
});

test('an extended resource has a domain of its own and a name fit for a quota', () => {
  expect(isExtendedResource('example.com/dongle')).toBe(true);
  expect(isExtendedResource('requests.example.com/dongle')).toBe(false);
  expect(isExtendedResource('Example_com/dongle')).toBe(false);
  expect(isExtendedResource(`example.com/${'x'.repeat(64)}`)).toBe(false);
});
