import { renderingDifferences } from './difference.ts';

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'exporter', namespace: 'monitoring' },
  spec: { clusterIP: 'None' },
};

test('the order of the objects does not matter', () => {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'exporter', namespace: 'monitoring' } };
  expect(renderingDifferences([account, service], [service, account])).toEqual([]);
});

test('a difference names the object, the field and both values', () => {
  const changed = { ...service, spec: { clusterIP: '10.0.0.1' } };
  expect(renderingDifferences([changed], [service])).toEqual([
    'Service monitoring/exporter: spec.clusterIP is "10.0.0.1", documented "None"',
  ]);
});

test('an object of only one rendering is a difference', () => {
  expect(renderingDifferences([], [service])).toEqual(['Service monitoring/exporter: documented but not rendered']);
  expect(renderingDifferences([service], [])).toEqual(['Service monitoring/exporter: rendered but not documented']);
});
