import { asText, samplesAsText } from '../testing/samples-as-text.ts';
import { type LimitRange, limitRanges, type ResourceQuota, resourceQuotas } from './quotas.ts';

describe('limitranges', () => {
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
});

describe('resourcequotas', () => {
  const quota: ResourceQuota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team', namespace: 'shop', creationTimestamp: '2024-05-01T10:00:00Z', labels: { team: 'shop' } },
    status: {
      hard: { 'requests.cpu': '2500m', 'limits.memory': '1Gi', 'count/deployments.apps': '10' },
      used: { 'requests.cpu': '250m', 'limits.memory': '0' },
    },
  };

  const always = `
  kube_resourcequota_created 1714557600
  kube_resourcequota{resource="requests.cpu",type="hard"} 2.5
  kube_resourcequota{resource="limits.memory",type="hard"} 1073741824
  kube_resourcequota{resource="count/deployments.apps",type="hard"} 10
  kube_resourcequota{resource="requests.cpu",type="used"} 0.25
  kube_resourcequota{resource="limits.memory",type="used"} 0
`;

  test('a quota has the amounts of its status, with unchanged resource names', () => {
    expect(samplesAsText(resourceQuotas, quota, '2.5.0')).toEqual(asText(always));
    expect(samplesAsText(resourceQuotas, quota, '2.20.0')).toEqual(asText(always));
  });

  test('the labels of a quota are exposed from 2.10 on', () => {
    const options = { metricLabelsAllowlist: new Map([['resourcequotas', ['team']]]) };

    expect(samplesAsText(resourceQuotas, quota, '2.9.0', options)).toEqual(asText(always));
    expect(samplesAsText(resourceQuotas, quota, '2.10.0', options)).toContain('kube_resourcequota_labels{label_team="shop"} 1');
  });

  test('a quota without a status has no amounts', () => {
    expect(samplesAsText(resourceQuotas, { ...quota, status: {} }, '2.20.0')).toEqual([
      'kube_resourcequota_created{} 1714557600',
    ]);
  });
});
