import { horizontalPodAutoscalers } from '../catalogue/resources/horizontalpodautoscalers.ts';
import { account } from './account.ts';
import { exposition } from './testing/account-for.ts';

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'h', namespace: 'a', uid: 'u', resourceVersion: '1' },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }, minReplicas: 1, maxReplicas: 3 },
  status: { currentReplicas: 1, desiredReplicas: 1 },
};
const headers = horizontalPodAutoscalers.families
  .filter(({ since, optIn }) => since === undefined && !optIn)
  .map(({ name, type }) => `# TYPE ${name} ${type}`)
  .join('\n');

function accountFor(kubernetes: string, objects = [autoscaler], exporter = 'v2.5.0') {
  const tables = [horizontalPodAutoscalers];
  return account({ exposition: exposition(headers), objects, exporter, kubernetes, tables });
}

test('2.5 on Kubernetes 1.34 exposes no autoscaler, a known issue', () => {
  const accounting = accountFor('v1.34.1');

  expect(accounting.missing).toEqual([]);
  expect(accounting.known).toContain(
    'kube_horizontalpodautoscaler_spec_max_replicas{namespace="a",horizontalpodautoscaler="h"} 3',
  );
  expect(accounting.knownIssues).toMatchObject([
    { issue: { id: 'horizontalpodautoscalers-missing' }, differences: accounting.known.length },
  ]);
});

test('on Kubernetes 1.24 the same samples are missing', () => {
  const accounting = accountFor('v1.24.17');

  expect(accounting.known).toEqual([]);
  expect(accounting.missing).toContain(
    'kube_horizontalpodautoscaler_spec_max_replicas{namespace="a",horizontalpodautoscaler="h"} 3',
  );
});

test('without an object the known issue is not listed', () => {
  expect(accountFor('v1.34.1', []).knownIssues).toEqual([]);
});

test('a sample that is exposed despite the known issue is explained, and the issue did not occur', () => {
  const denylist = [/^(?!kube_horizontalpodautoscaler_spec_max_replicas$)/];
  const accounting = account({
    exposition: exposition(`# TYPE kube_horizontalpodautoscaler_spec_max_replicas gauge
      kube_horizontalpodautoscaler_spec_max_replicas{namespace="a",horizontalpodautoscaler="h"} 3`),
    objects: [autoscaler],
    exporter: 'v2.5.0',
    kubernetes: 'v1.34.1',
    options: { metricDenylist: denylist },
    tables: [horizontalPodAutoscalers],
  });

  expect(accounting).toMatchObject({ explained: 1, known: [], differences: [] });
  expect(accounting.knownIssues).toMatchObject([{ differences: 0 }]);
});
