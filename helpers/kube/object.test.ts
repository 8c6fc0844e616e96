import { lastApplied, withoutBookkeeping } from './object.ts';

const metadata = { name: 'planted', labels: { app: 'a' } };
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { key: 'value' } };

test('managed fields and the last applied configuration are removed, and nothing else', () => {
  const noted = {
    ...object,
    metadata: {
      ...metadata,
      managedFields: [{ manager: 'kubectl' }],
      annotations: { [lastApplied]: '{"data":{}}', kept: 'yes' },
    },
  };
  expect(withoutBookkeeping(noted)).toEqual({ ...object, metadata: { ...metadata, annotations: { kept: 'yes' } } });
});

test('an object without them is unchanged', () => {
  expect(withoutBookkeeping(object)).toEqual(object);
});
