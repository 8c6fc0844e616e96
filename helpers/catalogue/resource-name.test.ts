import { isExtendedResource, resourceLabel, resourceUnits } from './resource-name.ts';

test('the unit of a resource is core, byte or integer; unknown resources of Kubernetes have none', () => {
  expect(resourceUnits('cpu')).toEqual(['core']);
  expect(resourceUnits('ephemeral-storage')).toEqual(['byte']);
  expect(resourceUnits('hugepages-2Mi')).toEqual(['byte']);
  expect(resourceUnits('attachable-volumes-csi-x')).toEqual(['byte']);
  expect(resourceUnits('nvidia.com/gpu')).toEqual(['integer']);
  expect(resourceUnits('kubernetes.io/batteries')).toEqual([]);
  expect(resourceUnits('something')).toEqual([]);
});

test('only a node has the resource pods', () => {
  expect(resourceUnits('pods', 'node')).toEqual(['integer']);
  expect(resourceUnits('pods')).toEqual([]);
});

test('the resource label has underscores', () => {
  expect(resourceLabel('nvidia.com/gpu')).toBe('nvidia_com_gpu');
  expect(resourceLabel('hugepages-2Mi')).toBe('hugepages_2Mi');
});

test('an extended resource has a domain outside Kubernetes and is valid in a quota', () => {
  expect(isExtendedResource('example.com/dongle')).toBe(true);
  expect(isExtendedResource('requests.example.com/dongle')).toBe(false);
  expect(isExtendedResource('Example_com/dongle')).toBe(false);
  expect(isExtendedResource(`example.com/${'x'.repeat(64)}`)).toBe(false);
});
