import { lastApplied, withoutBookkeeping } from './bookkeeping.ts';

const metadata = { name: 'planted', labels: { app: 'a' } };
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { key: 'value' } };

test('who wrote which field, and what was applied, are left out; all else stays', () => {
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

test('an object without them is the same', () => {
  expect(withoutBookkeeping(object)).toEqual(object);
});
