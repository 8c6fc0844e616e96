import { asText } from '../samples-as-text.ts';
import { family, podWith } from './testing-pod.ts';

const everything = { operator: 'Exists' };
const dedicated = { key: 'dedicated', operator: 'Equal', value: 'db', effect: 'NoSchedule' };
const notReady = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 };

test('2.5 tells no tolerations', () => {
  expect(family('kube_pod_tolerations', podWith({ tolerations: [everything] }), '2.5.0')).toEqual([]);
});

test('before 2.14 a label without a value is left out, and a toleration without any is not told', () => {
  expect(family('kube_pod_tolerations', podWith({ tolerations: [everything, notReady, {}] }), '2.6.0')).toEqual(
    asText(`
      kube_pod_tolerations{operator="Exists"} 1
      kube_pod_tolerations{key="node.kubernetes.io/not-ready",operator="Exists",effect="NoExecute",toleration_seconds="0"} 1
    `),
  );
});

test('from 2.14 on every toleration has every label', () => {
  expect(family('kube_pod_tolerations', podWith({ tolerations: [dedicated, {}] }), '2.14.0')).toEqual(
    asText(`
      kube_pod_tolerations{key="dedicated",operator="Equal",value="db",effect="NoSchedule",toleration_seconds=""} 1
      kube_pod_tolerations{key="",operator="",value="",effect="",toleration_seconds=""} 1
    `),
  );
});

test.each([
  ['2.13.0', 4],
  ['2.14.0', 4],
  ['2.15.0', 3],
  ['2.17.0', 3],
  ['2.18.0', 2],
])('of two tolerations, one of them with a time and each given twice, %s tells %i series', (release, count) => {
  const tolerations = [dedicated, { ...dedicated }, notReady, { ...notReady }];

  expect(family('kube_pod_tolerations', podWith({ tolerations }), release)).toHaveLength(count);
});
