import { renderingDifferences } from './difference.ts';

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'exporter', namespace: 'monitoring' },
  spec: { clusterIP: 'None' },
};

test('two renderings with the same objects in another order do not differ', () => {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'exporter', namespace: 'monitoring' } };
  expect(renderingDifferences([account, service], [service, account])).toEqual([]);
});

test('a difference names the object, the field and both values', () => {
  const other = { ...service, spec: { clusterIP: '10.0.0.1' } };
  expect(renderingDifferences([other], [service])).toEqual([
    'Service monitoring/exporter: spec.clusterIP is "10.0.0.1", documented "None"',
  ]);
});

test('an object that only one side has is a difference', () => {
  expect(renderingDifferences([], [service])).toEqual(['Service monitoring/exporter: documented, and not rendered']);
  expect(renderingDifferences([service], [])).toEqual(['Service monitoring/exporter: rendered, and not documented']);
});
