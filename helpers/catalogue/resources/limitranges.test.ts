import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type LimitRange, limitRanges } from './limitranges.ts';

const limits: LimitRange = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'defaults', namespace: 'shop', creationTimestamp: '2024-05-01T10:00:00Z' },
  spec: {
    limits: [
      {
        type: 'Container',
        min: { cpu: '50m' },
        max: { cpu: '2' },
        default: { memory: '128Mi' },
        defaultRequest: { memory: '64Mi' },
        maxLimitRequestRatio: { cpu: '10' },
      },
      { type: 'PersistentVolumeClaim', max: { storage: '5G' } },
    ],
  },
};

test('each kind of limit is a sample, the same in all releases', () => {
  const expected = asText(`
    kube_limitrange{resource="cpu",type="Container",constraint="min"} 0.05
    kube_limitrange{resource="cpu",type="Container",constraint="max"} 2
    kube_limitrange{resource="memory",type="Container",constraint="default"} 134217728
    kube_limitrange{resource="memory",type="Container",constraint="defaultRequest"} 67108864
    kube_limitrange{resource="cpu",type="Container",constraint="maxLimitRequestRatio"} 10
    kube_limitrange{resource="storage",type="PersistentVolumeClaim",constraint="max"} 5000000000
    kube_limitrange_created 1714557600
  `);

  expect(samplesAsText(limitRanges, limits, '2.5.0')).toEqual(expected);
  expect(samplesAsText(limitRanges, limits, '2.20.0')).toEqual(expected);
});

test('a range without limits, null in the API, has none', () => {
  expect(samplesAsText(limitRanges, { ...limits, spec: { limits: null } }, '2.20.0')).toEqual([
    'kube_limitrange_created{} 1714557600',
  ]);
});
